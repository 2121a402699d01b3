import { expect, test } from 'vitest';
import { withQuestionsLed } from '../../../src/plugins/twilio/gather.ts';
import { readTable } from '../../../src/plugins/twilio/table.ts';
import { renderTwiml } from '../../../src/plugins/twilio/twiml.ts';

const HOOK = 'https://ringbook.example.com/hooks/a1';

function led(text: string, first = 1): string {
  const script = renderTwiml({ file: 'a.xml', text }, readTable({ name: '<Gather numDigits="9"> & "co"' }));
  return withQuestionsLed(script, HOOK, first).replace(/^<\?[^>]*\?>/, '');
}

test('leads each question that has no action of its own to the host, by its number', () => {
  expect(
    led('<Response><Gather numDigits="1"><Say>one</Say></Gather><Gather><Say>two</Say></Gather></Response>', 3),
  ).toBe(
    `<Response><Gather numDigits="1" action="${HOOK}/digits/3"><Say>one</Say></Gather>` +
      `<Gather action="${HOOK}/digits/4"><Say>two</Say></Gather></Response>`,
  );
});

test.each([
  ['<Response><Gather action="https://example.com/keys"><Say>one</Say></Gather></Response>'],
  ['<Response><Gather input="speech"><Say>speak</Say></Gather></Response>'],
  ['<Response><Say>no question</Say></Response>'],
])('leaves %s as it is', (text) => {
  expect(led(text)).toBe(text);
});

test('takes nothing that data says for a question', () => {
  const text =
    '<Response><Say>{{name}}</Say><Gather input="dtmf speech" hints="{{name}}"><Say>one</Say></Gather></Response>';
  expect(led(text).split(HOOK)).toHaveLength(2);
});
