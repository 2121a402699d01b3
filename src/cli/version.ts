import { readFileSync } from 'node:fs';
import { asObject, asText } from '../schema/schema.ts';

/** The version of this package. */
export function ringbookVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return asText(asObject(manifest)?.['version']) ?? '0.0.0';
}
