import { expect, test } from 'vitest';
import { toE164 } from '../../src/message/message.ts';

test.each([
  ['2035551234', 'US', '+12035551234'],
  ['203-555-1234', 'US', '+12035551234'],
  ['(203) 555 1234', 'US', '+12035551234'],
  ['+34 666 555 777', 'US', '+34666555777'],
  ['0034666555777', 'CZ', '+34666555777'],
  ['777 666 555', 'CZ', '+420777666555'],
  ['+12035551234', undefined, '+12035551234'],
])('%s is written as people of %s do: %s', (text, region, number) => {
  expect(toE164(text, region)).toBe(number);
});

test.each([
  ['123', 'US'],
  ['203555123456', 'US'],
  ['foobar', 'US'],
  ['203-555-CALL', 'US'],
  ['ana@example.com', 'US'],
  ['', 'US'],
  ['2035551234', undefined],
  ['2035551234', 'XX'],
])('"%s" is no number of %s', (text, region) => {
  expect(toE164(text, region)).toBeUndefined();
});
