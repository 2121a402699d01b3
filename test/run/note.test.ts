import { expect, test } from 'vitest';
import { type Op, OpFailed, type Registry } from '../../src/plugin/plugin.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import type { Json } from '../../src/schema/schema.ts';
import { runOf } from './rulebook-run.ts';

const TEXT = `
on: happened
do:
  - foreach: \${names}
    do: [{ echo: "\${it}" }]
`;

/** The built-in ops, of which `echo` does something else. */
function registryWith(echo: Op): Registry {
  const registry = newRegistry(builtIn);
  return {
    ...registry,
    op: (name) => {
      const op = registry.op(name);
      return op && (name === 'echo' ? { ...op, load: async () => echo } : op);
    },
  };
}

test('a step that was cut off finds what it had noted, and no other step does', async () => {
  const seen: (readonly [Json | undefined, Json | undefined])[] = [];
  let isCutOff = false;
  const echo: Op = async (args, { note }) => {
    seen.push([args['message'], note.kept]);
    if (args['message'] !== 'bob') return null;
    await note.keep({ asked: 'once' });
    await note.keep({ asked: 'twice' });
    if (!isCutOff) {
      isCutOff = true;
      throw new Error('the host died');
    }
    return null;
  };
  const run = await runOf(TEXT, {}, undefined, registryWith(echo));
  await expect(run.go()).rejects.toThrow('the host died');
  expect(await run.go()).toEqual({ state: 'done' });
  expect(seen).toEqual([
    ['ana', undefined],
    ['bob', undefined],
    ['bob', { asked: 'once' }],
    ['eva', undefined],
  ]);
});

test('a step that failed finds it again when a person lets its run go on', async () => {
  const kept: (Json | undefined)[] = [];
  const echo: Op = async (_, { note }) => {
    kept.push(note.kept);
    await note.keep('asked');
    if (kept.length === 1) throw new OpFailed('nobody knows');
    return null;
  };
  const run = await runOf(TEXT, {}, { name: 'x', names: ['x'], count: 1 }, registryWith(echo));
  expect(await run.go()).toMatchObject({ state: 'failed' });
  expect(await run.go()).toEqual({ state: 'done' });
  expect(kept).toEqual([undefined, 'asked']);
});
