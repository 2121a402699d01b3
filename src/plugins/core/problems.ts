/** The wording of every problem that the core ops find. */
import { error, type Problem, type Span } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';

export function senderMissing(resource: ResourceFile, setting: string | undefined, at: Span): Problem {
  const file = resource.at.source.file;
  return error(
    'RB0304',
    setting === undefined
      ? `resource "${resource.mid}" of class ${resource.class} has no number of its own to send from`
      : `resource "${resource.mid}" (${file}) has no \`${setting}\`, and "from" is not given`,
    at,
    setting === undefined ? 'give the op a `from`' : `give ${file} a \`${setting}\`, or the op a \`from\``,
  );
}
