import { createRequire } from 'node:module';
import type { CompiledSchema } from './ajv.ts';
import type { JsonObject } from './json.ts';

/** The validators that were made when the package was built (build.ts). */
interface Precompiled {
  /** The file of `schemas/` that a schema stands in, by the schema's fingerprint. */
  readonly index: Readonly<Record<string, string>>;
  /** The validators of each file, by the JSON text of the schema that each was made from. Run when they are asked for. */
  readonly parts: Readonly<Record<string, () => Readonly<Record<string, CompiledSchema>>>>;
}

let known: Precompiled | undefined;

/**
 * The validator that was made of this schema when the package was built. In the repository there are none, nor are there
 * any of schemas that come from elsewhere.
 */
export function precompiled(schema: JsonObject): CompiledSchema | undefined {
  known ??= read();
  if (Object.keys(known.index).length === 0) return undefined;
  const text = JSON.stringify(schema);
  const file = known.index[fingerprint(text)];
  const validators = file === undefined ? undefined : known.parts[file]?.();
  return validators && Object.hasOwn(validators, text) ? validators[text] : undefined;
}

/** FNV-1a, 32 bits: says where to look, and the text itself decides. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}

function read(): Precompiled {
  try {
    const found: Precompiled = createRequire(import.meta.url)('./precompiled.cjs');
    return found;
  } catch (failure) {
    if (failure instanceof Error && 'code' in failure && failure.code === 'MODULE_NOT_FOUND')
      return { index: {}, parts: {} };
    throw failure;
  }
}
