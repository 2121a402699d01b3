import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import type { Event } from '../../src/event/event.ts';
import { eventOf, follow, launchProject } from './network.ts';

const MENU = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Gather numDigits="1"><Say>{{name}} ${'a '.repeat(2_000)}</Say></Gather></Response>`;

const RULES = `
rules:
  - name: ask
    on: new-user
    do:
      - call = twilio_call:
          twilio_resource: twilio_resource
          default_number: '0'
          twilio_number: '+34666555777'
          destination_number: \${phone}
          template: menu.xml
          correspondance: { name: \${realname} }
          await: finished
      - log: ended
  - name: pressed
    on: call.digits
    do: [{ log: 'pressed \${digits}' }]
  - name: wrote
    on: message.received
    do: [{ log: 'wrote \${text}' }]
  - name: watched
    on: job.end
    do:
      - call = twilio_call:
          twilio_resource: twilio_resource
          default_number: '0'
          twilio_number: '+34666555777'
          destination_number: '+12025550199'
          template: new-user.xml
          correspondance: { name: job, username: \${jobname} }
          machine_detection: Enable
          await: finished
      - log: it was \${call.answered_by}
  - name: told
    on: call.completed
    when: has(data.answered_by)
    do: [{ log: 'the event says \${answered_by}' }]
`;

let launched: Launched;
const accepted: Event[] = [];
const lines: string[] = [];
beforeAll(async () => {
  launched = await launchProject({ 'resources/templates/menu.xml': MENU, 'rulebooks/heard.yml': RULES });
  launched.host.bus.on('accepted', (_, event) => void accepted.push(event));
  launched.host.bus.on('log', (line) => void lines.push(line.replace(/^\S+ /, '')));
});
afterAll(() => launched.stop());

/** A form that the account signed, at a path of the host. */
async function post(
  path: string,
  form: Record<string, string>,
  token = launched.sandbox?.authToken ?? '',
): Promise<Response> {
  const url = `${launched.host.url}${path}`;
  const signature = getExpectedTwilioSignature(token, url, form);
  return fetch(url, { method: 'POST', headers: { 'x-twilio-signature': signature }, body: new URLSearchParams(form) });
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isSo(); tries++) await new Promise((done) => setTimeout(done, 10));
}

const SMS = {
  MessageSid: 'SM1',
  From: '+12025550123',
  To: '+34666555777',
  Body: 'ok',
  NumMedia: '0',
  NumSegments: '1',
};

test('takes a message once, whoever repeats it, and answers with a script that says nothing', async () => {
  const answers = [await post('/inbound/twilio_resource', SMS), await post('/inbound/twilio_resource', SMS)];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(await answers[0]?.text()).toContain('<Response/>');
  const told = accepted.filter(({ id }) => id === 'twilio_resource:SM1');
  expect(told.map(({ type, data }) => ({ type, data }))).toEqual([
    {
      type: 'message.received',
      data: {
        sid: 'SM1',
        resource: 'twilio_resource',
        from: '+12025550123',
        to: '+34666555777',
        text: 'ok',
        generation: 1,
      },
    },
  ]);
});

test('takes a picture that came with it', async () => {
  const media = { NumMedia: '1', MediaUrl0: 'https://example.com/a.png', Body: '' };
  await post('/inbound/twilio_resource', { ...SMS, ...media, MessageSid: 'SM2' });
  expect(accepted.find(({ id }) => id === 'twilio_resource:SM2')?.data).toMatchObject({
    text: '',
    media: ['https://example.com/a.png'],
  });
});

test.each([
  ['another token', '/inbound/twilio_resource', 'not the token', 403],
  ['a resource that is not there', '/inbound/nobody', undefined, 404],
  ['a question of no attempt', '/hooks/no-such-attempt/digits/1', undefined, 404],
])('takes nothing with %s', async (_, path, token, status) => {
  const count = accepted.length;
  expect((await post(path, { ...SMS, MessageSid: 'SM3' }, token)).status).toBe(status);
  expect(accepted).toHaveLength(count);
});

test('hears what is pressed at a question of a script that Twilio fetches, and knows of which call', async () => {
  launched.sandbox?.phones.setHabit('+12025550177', { answers: 'itself', presses: ['5'] });
  const ana = { username: 'ana', realname: 'Ana', phone: '+12025550177' };
  const { runs } = await follow(launched, eventOf('new-user', ana, 'asked'));
  await until(() => lines.includes('pressed 5'));
  expect(lines).toContain('pressed 5');
  const asked = runs.find(({ rule }) => rule === 'heard/ask')?.messages[0];
  expect(accepted.find(({ type }) => type === 'call.digits')?.data).toMatchObject({
    message: asked?.id,
    op: 'twilio_call',
    to: '+12025550177',
    digits: '5',
    question: 1,
    generation: 1,
    cause: { type: 'new-user', id: 'asked' },
  });
});

test('a person writes from a phone of the sandbox, and the rule hears it', async () => {
  const write = { kind: 'write', from: '+12025550188', to: '+34666555777', text: 'from the phone' } as const;
  expect(launched.sandbox?.phones.act(write)).toBeUndefined();
  await until(() => lines.includes('wrote from the phone'));
  expect(lines).toContain('wrote from the phone');
});

test('tells whether a person or a machine answered, as the result of the op and with the event', async () => {
  launched.sandbox?.faults.add({ fault: { kind: 'voicemail' }, number: '+12025550199', times: 1 });
  const job = { jobname: 'nightly', id_job: 1, bl: 'PROD', status: 'FINISHED', step: 'RUN' };
  await follow(launched, eventOf('job.end', job));
  await until(() => lines.includes('the event says machine_start'));
  expect(lines).toEqual(expect.arrayContaining(['it was machine_start', 'the event says machine_start']));
  await follow(launched, eventOf('job.end', job));
  await until(() => lines.includes('the event says human'));
  expect(lines).toEqual(expect.arrayContaining(['it was human', 'the event says human']));
});
