import { error, type Problem } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';

/** Finds access keys that are not whole. */
export function checkKeys({ settings, spans, at }: ResourceFile): readonly Problem[] {
  const given = ['accessKeyId', 'secretAccessKey', 'sessionToken'].filter((name) => settings[name] !== undefined);
  const missing = ['accessKeyId', 'secretAccessKey'].filter((name) => settings[name] === undefined);
  if (given.length === 0) return [];
  const place = spans[given[0] ?? ''] ?? at;
  return missing.map((name) =>
    error(
      'RB0304',
      `Setting ${name} must be specified: \`${given.join('` and `')}\` ${given.length > 1 ? 'are' : 'is'} a part of access keys`,
      place,
      `add \`${name}: \${env....}\`, or take them out: AWS then finds its keys itself`,
    ),
  );
}
