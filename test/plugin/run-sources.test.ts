import { expect, test } from 'vitest';
import type { EventSource } from '../../src/plugin/plugin.ts';
import { startSources } from '../../src/plugin/run-sources.ts';
import { Secret } from '../../src/resource/resource.ts';
import { newVirtualClock } from '../../src/time/virtual.ts';
import { newStillness } from '../../src/time/watch.ts';

const RESOURCE = { mid: 'inbox', class: 'Inbox', settings: {}, secrets: { key: new Secret('the-key-of-the-inbox') } };
const HTTP = { request: () => Promise.reject(new Error('unused')), close: async () => undefined };

/** A house with one source, on a clock of its own. */
function newHouse(run: EventSource) {
  const watch = newStillness();
  const clock = newVirtualClock(0, watch);
  const said: string[] = [];
  const taken: unknown[] = [];
  const definition = { name: 'Inbox', sends: [], settings: {}, load: () => Promise.reject(new Error('unused')) };
  const sources = startSources({
    registry: { resourceClass: () => ({ ...definition, source: { load: async () => run } }) },
    resources: new Map([['inbox', RESOURCE]]),
    accept: async (event) => {
      taken.push(event);
      return { kind: 'accepted', eventId: taken.length, duplicate: false };
    },
    clock,
    http: HTTP,
    log: (line) => void said.push(line),
    trouble: (what) => void said.push(what),
  });
  return { sources, clock, said, taken };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => (signal.aborted ? done() : signal.addEventListener('abort', () => done(), { once: true })));
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
};

test('a source that breaks is started again, after a pause that doubles, and its reason shows no secret', async () => {
  let starts = 0;
  const { sources, clock, said } = newHouse(async (resource, { signal }) => {
    starts++;
    if (starts < 3) throw new Error(`no answer for ${resource.secrets['key']?.reveal()} of +12025550123`);
    await aborted(signal);
  });
  await turns();
  expect(starts).toBe(1);
  clock.advance(1_000);
  await turns();
  expect(starts).toBe(2);
  clock.advance(1_999);
  await turns();
  expect(starts).toBe(2);
  clock.advance(1);
  await turns();
  expect(starts).toBe(3);
  expect(said).toEqual([
    expect.stringMatching(/^the source of events "inbox" broke, and is started again in 1 s: no answer for \*\*\* of /),
    expect.stringContaining('is started again in 2 s'),
  ]);
  expect(said.join()).not.toContain('2025550123');
  await sources.stop();
});

test('a source that ends by itself is told of, and not started again', async () => {
  const { sources, said } = newHouse(async (_, { accept, log }) => {
    await accept({ id: '1' });
    log('that was all of +12025550123');
  });
  await turns();
  expect(said).toEqual([expect.not.stringContaining('2025550123'), 'the source of events "inbox" has ended']);
  await sources.stop();
});

test('what is brought once the host stops is not taken, and the source is told to bring it again', async () => {
  let late: Promise<unknown> | undefined;
  const { sources, taken } = newHouse(async (_, { accept, signal }) => {
    await aborted(signal);
    late = accept({ id: 'late' });
    await late.catch(() => undefined);
  });
  await turns();
  await sources.stop();
  await expect(late).rejects.toThrow('bring the event again');
  expect(taken).toEqual([]);
});

test('a source that does not end is left behind after a while', async () => {
  const { sources, clock, said } = newHouse(() => new Promise(() => undefined));
  await turns();
  const stopped = sources.stop();
  await turns();
  clock.advance(5_000);
  await stopped;
  expect(said).toEqual(['a source of events did not end, and is left behind']);
});
