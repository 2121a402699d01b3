import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDocument } from '../../src/sandbox/voice/document.ts';
import { warningsOf } from '../../src/sandbox/voice/grammar.ts';
import { type Exchange, openExchange, url } from './exchange.ts';

const NAMES =
  'Response Say Play Pause Gather Redirect Hangup Reject Dial Number Conference Record Sms Echo Leave say __proto__ constructor'.split(
    ' ',
  );
const ATTRIBUTES =
  'loop length timeout numDigits finishOnKey action method digits timeLimit callerId hangupOnStar record maxLength transcribe url sendDigits toString __proto__'.split(
    ' ',
  );
const value = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1',
    '99999999999999999999',
    '1e400',
    'true',
    '/again',
    'http://127.0.0.1:9999/again',
    'javascript:1',
    '+12025550124',
    '#',
    '*',
    'ww1',
  ),
  fc.string({ maxLength: 10 }),
);

/** Scripts that are well-formed, and otherwise whatever they like. */
const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .record({
      name: fc.constantFrom(...NAMES),
      attributes: fc.uniqueArray(fc.tuple(fc.constantFrom(...ATTRIBUTES), value), {
        maxLength: 3,
        selector: ([name]) => name,
      }),
      inside: fc.oneof(
        { maxDepth: 4 },
        value.map(escaped),
        fc.array(tie('element'), { maxLength: 4 }).map((all) => all.join('')),
      ),
    })
    .map(({ name, attributes, inside }) => {
      const written = attributes.map(([key, words]) => ` ${key}="${escaped(words)}"`).join('');
      return `<${name}${written}>${inside}</${name}>`;
    }),
}));

function escaped(words: string): string {
  const kept = words.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}]/gu, '?');
  return kept.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll('>', '&gt;');
}

/** A call with this script, which is also what every address in it answers. It must come to an end by itself. */
async function endOf(script: string): Promise<{ exchange: Exchange; status: string | undefined }> {
  const exchange = openExchange(1);
  exchange.pages.set('/again', script);
  const call = exchange.call({ script: url('/again'), timeLimitSeconds: 600 });
  await exchange.clock.settle();
  return { exchange, status: exchange.now(call).status };
}

test('whatever text an address answers with, the call comes to its end, and no wait is left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string().map((words) => `<Response>${words}</Response>`),
      ),
      async (script) => {
        const { exchange, status } = await endOf(script);
        expect(status).toBe('completed');
        expect(exchange.clock.waits()).toBe(0);
      },
    ),
    { numRuns: 100 },
  );
});

test('whatever verbs a script is made of, every call comes to its end, and no wait is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(element, { maxLength: 4 }), async (verbs) => {
      const { exchange, status } = await endOf(`<Response>${verbs.join('')}</Response>`);
      expect(status).toBe('completed');
      const ends = ['completed', 'busy', 'no-answer', 'failed', 'canceled'];
      expect(exchange.books.calls.all().filter(({ status: last }) => !ends.includes(last))).toEqual([]);
      expect(exchange.clock.waits()).toBe(0);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test.each([
  ['nested deep', `<Response>${'<Say>'.repeat(7_000)}x${'</Say>'.repeat(7_000)}</Response>`.slice(0, 200_000)],
  ['of many verbs', `<Response>${'<Say>a</Say>'.repeat(5_000)}</Response>`],
  ['of many faults', `<Response>${'<x y="1"/>'.repeat(6_000)}</Response>`],
  [
    'of many attributes',
    `<Response><Say ${Array.from({ length: 5_000 }, (_, i) => `a${i}="1"`).join(' ')}>x</Say></Response>`,
  ],
  ['that says the same for ever', '<Response><Say loop="0">again</Say></Response>'],
])('a script %s ends, and what is kept of it is bounded', async (_what, script) => {
  const { exchange, status } = await endOf(script);
  expect(status).toBe('completed');
  const [call] = exchange.books.calls.all();
  expect(call?.heard.length).toBeLessThanOrEqual(500);
  expect(call?.notes.length).toBeLessThanOrEqual(20);
  expect(exchange.books.notifications.all().length).toBeLessThanOrEqual(21);
});

test('names that every object has are no verbs and no attributes', () => {
  const document = readDocument('<Response><constructor/><Say toString="1" __proto__="2">x</Say></Response>');
  if (document.kind !== 'read') throw new Error('it is well-formed');
  expect(warningsOf(document.root).map(({ text }) => text)).toEqual([
    '<constructor> is no verb',
    '<Say> has no attribute toString',
    '<Say> has no attribute __proto__',
  ]);
});
