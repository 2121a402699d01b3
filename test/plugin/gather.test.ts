import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { newGatherer, whenAllAbort } from '../../src/plugin/plugin.ts';

/** A gatherer of words, which remembers what went together, and gives back each in capitals. */
function newWords(max: number, perform?: (words: readonly string[]) => Promise<readonly string[]>) {
  const batches: (readonly string[])[] = [];
  const gather = newGatherer<string, string>({
    max,
    idOf: (word) => word,
    perform: async (words) => {
      batches.push(words);
      return perform ? perform(words) : words.map((word) => word.toUpperCase());
    },
  });
  return { gather, batches };
}

test('does together what is asked at one moment, and gives each its own result', async () => {
  const { gather, batches } = newWords(20);
  expect(await Promise.all(['a', 'b', 'c'].map(gather))).toEqual(['A', 'B', 'C']);
  expect(batches).toEqual([['a', 'b', 'c']]);
});

test('takes along what is asked by promises that resolve at that moment', async () => {
  const { gather, batches } = newWords(20);
  const late = Promise.resolve()
    .then(() => Promise.resolve())
    .then(() => gather('b'));
  await Promise.all([gather('a'), late]);
  expect(batches).toEqual([['a', 'b']]);
});

test('waits for nobody longer than that', async () => {
  const { gather, batches } = newWords(20);
  await gather('a');
  await gather('b');
  expect(batches).toEqual([['a'], ['b']]);
});

test('does no more in one go than it may', async () => {
  const { gather, batches } = newWords(2);
  expect(await Promise.all(['a', 'b', 'c', 'd', 'e'].map(gather))).toEqual(['A', 'B', 'C', 'D', 'E']);
  expect(batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

test('never does two of one id together', async () => {
  const { gather, batches } = newWords(20);
  expect(await Promise.all(['a', 'b', 'a', 'a', 'c'].map(gather))).toEqual(['A', 'B', 'A', 'A', 'C']);
  expect(batches).toEqual([['a', 'b', 'c'], ['a'], ['a']]);
});

test('lets the fault of one go fail all of it, and nothing else', async () => {
  const { gather } = newWords(2, async (words) => {
    if (words.includes('b')) throw new Error('broken');
    return words;
  });
  const settled = await Promise.allSettled(['a', 'b', 'c'].map(gather));
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
});

test('takes results that are too few for a bug', async () => {
  const { gather } = newWords(20, async () => ['A']);
  const settled = await Promise.allSettled(['a', 'b'].map(gather));
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('calls off what is done for several when all of them are called off', async () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const { signal } = whenAllAbort([one.signal, other.signal]);
  one.abort();
  expect(signal.aborted).toBe(false);
  other.abort();
  expect(signal.aborted).toBe(true);
});

test('is called off from the start where all of them are', () => {
  expect(whenAllAbort([AbortSignal.abort(), AbortSignal.abort()]).signal.aborted).toBe(true);
  expect(whenAllAbort([AbortSignal.abort(), new AbortController().signal]).signal.aborted).toBe(false);
});

test('hears nothing more once it is released', async () => {
  const one = new AbortController();
  const all = whenAllAbort([one.signal]);
  all.release();
  one.abort();
  await nextTurn();
  expect(all.signal.aborted).toBe(false);
});
