import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { Event } from '../../src/event/event.ts';
import type { Op, Plugin } from '../../src/plugin/plugin.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import { openWorld } from './world.ts';

const EVENTS = 10_000;
const POISON = 4_711;
/** More than a run is tried. */
const MOST_LIVES = 20;
const MINUTE = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'ringbook-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A project of one rule, whose one op is `touch`. */
function projectOf(touch: Op) {
  for (const name of ['rulebooks', 'resources', 'schemas/event', 'schemas/op'])
    mkdirSync(join(folder, name), { recursive: true });
  const json = (name: string, schema: object): void =>
    writeFileSync(join(folder, 'schemas', name), JSON.stringify(schema));
  const data = { type: 'object', required: ['number'], properties: { number: { type: 'integer' } } };
  json('event/thing.json', { $schema: 'https://json-schema.org/draft/2020-12/schema', ...data });
  json('op/touch.json', { arguments: data, result: { type: 'null' } });
  writeFileSync(join(folder, 'rulebooks/things.yml'), "on: thing\ndo:\n  - touch: { number: '${number}' }\n");
  const plugin: Plugin = {
    api: 1,
    name: 'touching',
    schemas: pathToFileURL(`${folder}/schemas/`),
    ops: { touch: { load: async () => touch } },
    resourceClasses: {},
  };
  const registry = newRegistry([...builtIn, plugin]);
  return { registry, project: loadProject(folder, registry) };
}

function thing(number: number): Event {
  return { id: String(number), source: 'poison', type: 'thing', time: '2026-11-21T09:00:00Z', data: { number } };
}

test('one event in 10,000 whose op has a bug is set aside with its reason; the others are done', async () => {
  const touched = new Set<unknown>();
  const { registry, project } = projectOf(async ({ number }) => {
    if (number === POISON) throw new TypeError('a bug of the op');
    touched.add(number);
    return null;
  });
  const world = await openWorld(project, { registry });
  await world.start();
  for (let number = 0; number < EVENTS; number++) await world.post(thing(number));
  await world.pass(10 * MINUTE);
  expect(touched.size).toBe(EVENTS - 1);
  const dead = await world.journal.runs(10, ['dead', 'pending', 'failed']);
  expect(dead).toMatchObject([{ state: 'dead', event: { id: String(POISON) } }]);
  expect(dead[0]?.error).toContain('a bug of the op');
  await world.close();
});

test('one event in 10,000 that kills each host is set aside, and none of those that were under way beside it', async () => {
  const touched = new Set<unknown>();
  const dying: { die?: () => void } = {};
  const { registry, project } = projectOf(async ({ number }, { signal }) => {
    // Those beside it are in the middle of something when it kills the host.
    await new Promise((resolve) => setImmediate(resolve));
    if (number === POISON) dying.die?.();
    signal.throwIfAborted();
    touched.add(number);
    return null;
  });
  const world = await openWorld(project, { registry });
  dying.die = world.die;
  await world.start();
  const offered = Array.from({ length: EVENTS }, (_, number) => thing(number));
  let lives = 1;
  for (const event of offered) {
    // A sender repeats what was not acknowledged.
    while (!(await world.post(event)) && lives++ < MOST_LIVES) await world.start();
  }
  for (; lives < MOST_LIVES; lives++) {
    await world.pass(2 * MINUTE);
    if (!world.isAlive()) await world.start();
  }
  expect(await world.journal.runs(10, ['dead', 'pending', 'failed'])).toMatchObject([
    { state: 'dead', event: { id: String(POISON) } },
  ]);
  expect(touched.size).toBe(EVENTS);
  await world.close();
});
