import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import { type Answer, answers, type FakeTwilio, startFakeTwilio } from '../plugins/twilio/fake-twilio.ts';
import { eventOf, launchProject } from './network.ts';

const TOKEN = 'canary-7f3a-token';
const INCIDENT = {
  title: 'Disk full',
  description: 'No space left',
  name_status: 'New',
  name_category: 'Incident',
  created_by: 'bob',
  topic_mid: '1234',
};

const RESOURCE = `class: TwilioConfig
userSid: AC00000000000000000000000000000001
authToken: \${env.TOKEN}
baseUrl: \${env.URL}
twilioNumber: '+34666555777'
destinationNumber: '+34611222333'
template: incident.xml
`;

let twilio: FakeTwilio;
let launched: Launched;
/** All that the host said while the test ran. */
let said: string[];

async function start(answer?: Answer, template?: string): Promise<void> {
  twilio = await startFakeTwilio(answer);
  const files = {
    'resources/twilio_resource.yml': RESOURCE,
    ...(template && { 'resources/templates/incident.xml': template }),
  };
  launched = await launchProject(files, { TOKEN, URL: twilio.url });
  said = [];
  launched.host.bus.on('message', (message) => said.push(message.error ?? ''));
  launched.host.bus.on('run', (_, end) => said.push(JSON.stringify(end)));
  launched.host.bus.on('trouble', (what, cause) => said.push(what, String(cause)));
}

afterEach(async () => {
  await launched.stop();
  await twilio[Symbol.asyncDispose]();
});

/** Fires one incident, and waits until its call is accepted or has failed. */
async function call(): Promise<{ state: () => Promise<string | undefined>; error: () => Promise<string | undefined> }> {
  const acceptance = await launched.host.accept(eventOf('topic.create', INCIDENT));
  if (acceptance.kind !== 'accepted') throw new Error('the event is in order');
  await launched.host.idle();
  const story = () => launched.host.story(acceptance.appended.eventId);
  return {
    state: async () => (await story())?.runs[0]?.messages[0]?.state,
    error: async () => (await story())?.runs[0]?.error,
  };
}

function report(url: string, status: string, token = TOKEN): Promise<Response> {
  const form = { CallSid: 'CA00000000000000000000000000000001', CallStatus: status };
  return fetch(url, {
    method: 'POST',
    headers: { 'x-twilio-signature': getExpectedTwilioSignature(token, url, form) },
    body: new URLSearchParams(form),
  });
}

describe('the door for callbacks', () => {
  beforeEach(() => start());

  test('takes what is signed with the token of the account, and states only move forward', async () => {
    const { state } = await call();
    const url = twilio.received[0]?.form.get('StatusCallback') ?? '';
    expect(await state()).toBe('accepted');
    for (const [status, then] of [
      ['in-progress', 'in-progress'],
      ['ringing', 'in-progress'],
      ['completed', 'completed'],
      ['failed', 'completed'],
      ['in-progress', 'completed'],
    ] as const) {
      expect((await report(url, status)).status).toBe(204);
      expect(await state()).toBe(then);
    }
  });

  test('refuses what is signed with another token, or for another path, or not at all', async () => {
    const { state } = await call();
    const url = twilio.received[0]?.form.get('StatusCallback') ?? '';
    expect((await report(url, 'failed', 'another token')).status).toBe(403);
    const form = new URLSearchParams({ CallSid: 'CA1', CallStatus: 'failed' });
    const elsewhere = getExpectedTwilioSignature(TOKEN, `${url}x`, Object.fromEntries(form));
    expect(
      (await fetch(url, { method: 'POST', headers: { 'x-twilio-signature': elsewhere }, body: form })).status,
    ).toBe(403);
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(403);
    expect(await state()).toBe('accepted');
  });

  test('knows only the paths of attempts that were made', async () => {
    expect((await report(`${launched.host.url}/hooks/guessed`, 'completed')).status).toBe(404);
  });
});

describe('a script beyond what a request may hold', () => {
  test('is fetched from the host, by nobody but the provider', async () => {
    await start(
      undefined,
      `<Response><Say>${'word '.repeat(450)}</Say><Say>${'word '.repeat(450)}{{name}} {{description}} {{status}} {{creator}} {{mid}}</Say></Response>`,
    );
    await call();
    const form = twilio.received[0]?.form;
    expect(form?.has('Twiml')).toBe(false);
    const url = form?.get('Url') ?? '';
    expect((await fetch(url)).status).toBe(403);
    const fetched = await fetch(url, { headers: { 'x-twilio-signature': getExpectedTwilioSignature(TOKEN, url, {}) } });
    expect(fetched.headers.get('content-type')).toContain('text/xml');
    expect(await fetched.text()).toContain('word Disk full No space left New bob 1234</Say>');
  });
});

describe('a provider', () => {
  test('that refuses ends the run with its reason, without the number and the token', async () => {
    const message = `The number +34611222333 is not valid, says ${TOKEN}`;
    await start(answers(400, { code: 99999, message, status: 400 }));
    const { state, error } = await call();
    expect(await state()).toBe('rejected');
    expect(await error()).toBe(
      'twilio_call (rulebooks/incident.yml:5): the call to +34•••333 was rejected: Twilio refused it (99999): The number +34•••333 is not valid, says ***',
    );
    expect(said.join('\n')).not.toMatch(/611222333|canary/);
  });

  test('whose answer is lost may have called: the call is unknown, is not repeated, and a callback settles it', async () => {
    await start((response) => response.destroy());
    const { state, error } = await call();
    expect(await state()).toBe('unknown');
    expect(await error()).toBeUndefined();
    expect(twilio.received).toHaveLength(1);
    const url = twilio.received[0]?.form.get('StatusCallback') ?? '';
    expect((await report(url, 'completed')).status).toBe(204);
    expect(await state()).toBe('completed');
  });

  test('that has too much to do is asked again after the time that it names', async () => {
    let answered = 0;
    await start((response, request) => {
      answered++;
      if (answered < 3) answers(429, { code: 20429, message: 'busy', status: 429 }, { 'retry-after': '0' })(response);
      else answers(201, { sid: 'CA00000000000000000000000000000001', to: request.form.get('To') })(response);
    });
    const { state } = await call();
    await vi.waitFor(async () => expect(await state()).toBe('accepted'), { timeout: 10_000 });
    const paths = twilio.received.map(({ form }) => form.get('StatusCallback'));
    expect(new Set(paths).size).toBe(3);
  });
});
