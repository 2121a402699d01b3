import { afterAll, expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { NotSent } from '../../../src/message/message.ts';
import { OpFailed } from '../../../src/plugin/plugin.ts';
import { smsSend } from '../../../src/plugins/core/sms_send.ts';
import { newContext } from '../context.ts';
import { problemsOf } from '../project.ts';
import { answers, startFakeTwilio } from '../twilio/fake-twilio.ts';

const http = newHttpClient();
afterAll(() => http.close());

const ARGS = { resource: 'phone', to: '+34777666555', body: 'Job 7 has ended' };

test('sends the text from the number of the resource, and gives back what the provider answered', async () => {
  await using twilio = await startFakeTwilio();
  const result = await smsSend(ARGS, newContext(http, { baseUrl: twilio.url, twilioNumber: '+34666555777' }));
  expect(Object.fromEntries(twilio.received[0]?.form ?? [])).toEqual({
    To: '+34777666555',
    From: '+34666555777',
    Body: 'Job 7 has ended',
  });
  expect(result).toMatchObject({ sid: 'SM00000000000000000000000000000001', status: 'queued', state: 'accepted' });
});

test('sends from the number that the op names', async () => {
  await using twilio = await startFakeTwilio();
  await smsSend(
    { ...ARGS, from: '+34600000001' },
    newContext(http, { baseUrl: twilio.url, twilioNumber: '+34666555777' }),
  );
  expect(twilio.received[0]?.form.get('From')).toBe('+34600000001');
});

test.each([
  ['MG0123456789abcdef0123456789abcdef', 'MessagingServiceSid'],
  ['72345', 'From'],
  ['Ringbook', 'From'],
])('sends from %s as %s, with what only the provider knows', async (from, name) => {
  await using twilio = await startFakeTwilio();
  const options = {
    media_url: ['https://example.com/a.png'],
    validity_period: 600,
    status_callback: 'https://example.com',
  };
  await smsSend({ ...ARGS, from, options }, newContext(http, { baseUrl: twilio.url }));
  expect(Object.fromEntries(twilio.received[0]?.form ?? [])).toEqual({
    To: '+34777666555',
    [name]: from,
    Body: 'Job 7 has ended',
    MediaUrl: 'https://example.com/a.png',
    ValidityPeriod: '600',
  });
});

test('fails in words where there is no number to send from', async () => {
  const failure = new OpFailed('"phone" has no number to send from, and "from" is not given');
  await expect(smsSend(ARGS, newContext(http, {}))).rejects.toThrow(failure);
});

test('lets the reason of a refusal pass', async () => {
  await using twilio = await startFakeTwilio(answers(400, { code: 21610, message: 'x', status: 400 }));
  const context = newContext(http, { baseUrl: twilio.url, twilioNumber: '+34666555777' });
  await expect(smsSend(ARGS, context)).rejects.toThrow(
    new NotSent('Twilio refused it (21610): the recipient has opted out of messages from this number'),
  );
});

test('finds a resource without a number to send from', () => {
  const files = { do: "- sms_send:\n    resource: phone\n    to: '+34777666555'\n    body: Hello\n" };
  expect(problemsOf(files)).toEqual([
    'r.yml:4:17 RB0304 resource "phone" (resources/phone.yml) has no `twilioNumber`, and "from" is not given' +
      ' | give resources/phone.yml a `twilioNumber`, or the op a `from`',
  ]);
});

test.each([
  ["    from: '+34666555777'\n", ''],
  ['', "twilioNumber: '+34666555777'"],
  ['', `twilioNumber: \${env.NUMBER}`],
])('passes a message that has a number to be sent from', (from, phone) => {
  const files = { do: `- sms_send:\n    resource: phone\n    to: '+34777666555'\n    body: \${title}\n${from}`, phone };
  expect(problemsOf(files)).toEqual([]);
});

test.each([
  ["to: '777666555'", 'RB0501'],
  ["to: '+34777666555'", undefined],
])('holds %s against E.164', (to, code) => {
  const problems = problemsOf({
    do: `- sms_send:\n    resource: phone\n    ${to}\n    body: Hello\n    from: '+34666555777'\n`,
  });
  expect(problems[0]?.split(' ')[1]).toBe(code);
});

/** The problems of a text, from the first column of its own. */
function ofBody(body: string): readonly string[] {
  const problems = problemsOf({
    do: `- sms_send:\n    resource: phone\n    to: '+34777666555'\n    body: ${body}\n`,
    phone: "twilioNumber: '+34666555777'",
  });
  return problems.map((line) => line.replace('r.yml:6:13 ', ''));
}

test.each([
  [
    `Job \${note}`,
    'RB0409 (warning) this text can come to 3,004 characters; at most 1,600 can be sent' +
      ' | give its fields a smaller `maxLength` in their schema, or say less',
  ],
  [
    `\${mid} ${'x'.repeat(1_600)}`,
    'RB0409 this text has 1,601 characters without its variables; at most 1,600 can be sent | say less',
  ],
  [
    `\${code}`,
    'RB0410 (warning) this text can come to 1,500 characters in 10 parts, each of which is paid for' +
      ' (GSM-7, 153 characters a part) | give its fields a smaller `maxLength`, or say less',
  ],
  [
    `\${name} \${name} \${name} \${name}`,
    'RB0410 (warning) this text can come to 403 characters in 13 parts, each of which is paid for' +
      ' (UCS-2, 67 characters a part, an emoji counts two) | a variable can hold any character: give its field an `enum`,' +
      ' or a `pattern` of plain letters, and GSM-7 has 153 a part; or give its fields a smaller `maxLength`, or say less',
  ],
  [
    `Úkol \${mid} ${'y'.repeat(640)}`,
    'RB0410 (warning) this text can come to 670 characters in 10 parts, each of which is paid for' +
      ' (UCS-2, 67 characters a part, an emoji counts two) | "Ú" cannot go out in GSM-7, which has 153 a part: replace it, send' +
      ' it with `accents: false`, or give its fields a smaller `maxLength`, or say less',
  ],
])('says how long a text can get, %#', (body, problem) => {
  expect(ofBody(body)).toEqual([problem]);
});

test.each([
  ['of the op', { op: 'accents: false' }, 1],
  ['of the op, whatever its resource says', { op: 'accents: false', phone: 'accents: true' }, 1],
  ['of the resource', { phone: 'accents: false' }, 1],
  ['of ringbook.yml', { accents: false }, 1],
  ['of the op, whatever else is said', { op: 'accents: true', phone: 'accents: false', accents: false }, 2],
  ['of the resource, whatever ringbook.yml says', { phone: 'accents: true', accents: false }, 2],
  ['that are not known yet', { op: 'accents: ${urgent}', phone: 'accents: false' }, 2],
])('counts the parts of a text by the accents %s', (_, { op = '', phone = '', accents }: Accents, count) => {
  const steps = ['Úkol', 'Emoji 🔥'].map(
    (word) =>
      `- sms_send:\n    resource: phone\n    to: '+34777666555'\n    body: ${word} ${'y'.repeat(640)}\n    ${op}\n`,
  );
  const settings = `twilioNumber: '+34666555777'\n${phone}`;
  const problems = problemsOf({ do: steps.join(''), phone: settings, ...(accents !== undefined && { accents }) });
  expect(problems.map((line) => line.slice(0, 24))).toEqual(Array(count).fill(expect.stringMatching(/RB0410/)));
});

interface Accents {
  readonly op?: string;
  readonly phone?: string;
  readonly accents?: boolean;
}

test.each([`\${title} \${mid} \${urgent}`, `\${name} \${mid}`])('finds nothing wrong with the length of %s', (body) => {
  expect(ofBody(body)).toEqual([]);
});
