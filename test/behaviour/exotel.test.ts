import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import type { Message } from '../../src/message/message.ts';
import { type FakeExotel, startFakeExotel } from '../plugins/exotel/fake-exotel.ts';
import { KEY, SID, TOKEN } from '../plugins/exotel/sending.ts';
import { eventOf, launchProject } from './network.ts';

const RESOURCE = `class: ExotelConfig
sid: ${SID}
apiKey: \${env.KEY}
apiToken: \${env.TOKEN}
baseUrl: \${env.URL}
exophone: '+918088919888'
flow: 12345
`;

const CONNECT = `
on: new-user
do:
  - call_connect:
      resource: india
      first: '+919876543210'
      second: '+919988776655'
      time_out: 20
      time_limit: 300
      record: true
      custom_field: user \${username}
`;

let exotel: FakeExotel;
let launched: Launched;
/** All that the host said while the test ran. */
let said: string[];

beforeEach(async () => {
  exotel = await startFakeExotel();
});

afterEach(async () => {
  await launched.stop();
  await exotel[Symbol.asyncDispose]();
});

/** Fires one event of a new user at a rulebook, and waits until nothing is due. */
async function fire(rulebook: string, more = ''): Promise<() => Promise<readonly Message[]>> {
  const files = {
    'rulebooks/new-user.yml': rulebook,
    'resources/india.yml': RESOURCE + more,
    'resources/india-2.yml': RESOURCE + more,
  };
  launched = await launchProject(files, { KEY, TOKEN, URL: exotel.url });
  said = [];
  launched.host.bus.on('message', (message) => said.push(JSON.stringify(message)));
  launched.host.bus.on('trouble', (what, cause) => said.push(what, String(cause)));
  const data = { username: 'ana', realname: 'Ana', phone: '+919876543210' };
  const acceptance = await launched.host.accept(eventOf('new-user', data));
  if (acceptance.kind !== 'accepted') throw new Error('the event is in order');
  await launched.host.idle();
  return async () => {
    const story = await launched.host.story(acceptance.appended.eventId);
    return story?.runs.flatMap(({ messages }) => messages) ?? [];
  };
}

async function statesOf(messages: () => Promise<readonly Message[]>): Promise<readonly string[]> {
  return (await messages()).map(({ state }) => state);
}

test('two numbers are connected, and the call is followed to its end', async () => {
  const messages = await fire(CONNECT);
  expect(exotel.forms()).toEqual([
    {
      From: '+919876543210',
      To: '+919988776655',
      CallerId: '+918088919888',
      CallType: 'trans',
      TimeOut: '20',
      TimeLimit: '300',
      Record: 'true',
      CustomField: 'user ana',
      StatusCallback: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/hooks\/[\w-]+$/),
      'StatusCallbackEvents[0]': 'answered',
      'StatusCallbackEvents[1]': 'terminal',
    },
  ]);
  expect(await statesOf(messages)).toEqual(['accepted']);
  const [sid = ''] = exotel.sids();
  expect(await exotel.move(sid, 'in-progress', { EventType: 'answered' })).toBe(204);
  expect(await statesOf(messages)).toEqual(['in-progress']);
  expect(await exotel.move(sid, 'completed', { EventType: 'terminal' })).toBe(204);
  expect(await statesOf(messages)).toEqual(['completed']);
});

test('a call leads to the flow of its resource', async () => {
  await fire("on: new-user\ndo:\n  - call_flow: { resource: india, to: '+919876543210' }\n");
  expect(exotel.forms()[0]).toMatchObject({
    From: '+919876543210',
    Url: `http://my.exotel.com/${SID}/exoml/start_voice/12345`,
    CallerId: '+918088919888',
  });
});

test('a text is followed to the handset', async () => {
  const messages = await fire(
    "on: new-user\ndo:\n  - sms_send: { resource: india, to: '+919876543210', body: Hello }\n",
  );
  const [sid = ''] = exotel.sids();
  for (const status of ['sending', 'submitted', 'sent']) expect(await exotel.move(sid, status)).toBe(204);
  expect(await statesOf(messages)).toEqual(['sent']);
  await exotel.move(sid, 'sent', { DetailedStatus: 'DELIVERED_TO_HANDSET' });
  // Exotel itself does not say so yet.
  expect(await statesOf(messages)).toEqual(['sent']);
  await exotel.move(sid, 'delivered');
  expect(await statesOf(messages)).toEqual(['delivered']);
});

test('a last state that Exotel does not confirm moves nothing, and the callback is to come again', async () => {
  const messages = await fire(CONNECT);
  const [sid = ''] = exotel.sids();
  expect(await exotel.lie(sid, 'completed')).toBe(503);
  expect(await exotel.lie(sid, 'completed', 'f'.repeat(32))).toBe(403);
  expect(await statesOf(messages)).toEqual(['accepted']);
});

test('what became of another call is not believed of this one', async () => {
  const again = CONNECT.slice(CONNECT.indexOf('  - call_connect'));
  const messages = await fire(`${CONNECT}${again}`, "accountRate: '100/s'\n");
  await vi.waitFor(() => expect(exotel.sids()).toHaveLength(2));
  const [sid = '', other = ''] = exotel.sids();
  await exotel.move(other, 'completed');
  expect(await exotel.lie(sid, 'completed', other)).toBe(403);
  expect(await exotel.lie(sid, 'ringing', other)).toBe(403);
  expect((await statesOf(messages)).toSorted()).toEqual(['accepted', 'completed']);
});

test('a call whose answer was lost is not made again: it is found by its callback', async () => {
  exotel.loseNextAnswer();
  const messages = await fire(CONNECT);
  expect(await statesOf(messages)).toEqual(['unknown']);
  const [sid = ''] = exotel.sids();
  await exotel.move(sid, 'completed');
  await vi.waitFor(async () => expect(await statesOf(messages)).toEqual(['completed']));
  expect(exotel.forms()).toHaveLength(1);
});

test('no secret is told or kept', async () => {
  exotel.loseNextAnswer();
  const messages = await fire(CONNECT);
  await exotel.move(exotel.sids()[0] ?? '', 'failed');
  const shown = `${said.join('\n')}${JSON.stringify(await messages())}`;
  expect(shown).toContain(`Exotel's answer was lost`);
  for (const secret of [KEY, TOKEN, btoa(`${KEY}:${TOKEN}`)]) expect(shown).not.toContain(secret);
});

test('a call is not put through where its second number may not be reached', async () => {
  const rulebook = CONNECT.replace("'+919988776655'", '${phone}').replace("'+919876543210'", "'+12025550123'");
  const messages = await fire(rulebook, 'allowedCountries: [US]\n');
  expect(await messages()).toMatchObject([{ state: 'rejected', error: expect.stringContaining('a number of IN') }]);
  expect(exotel.forms()).toEqual([]);
});

test('two resources of one account share its rate', async () => {
  const step = (mid: string) => `  - sms_send: { resource: ${mid}, to: '+919876543210', body: Hello }\n`;
  const messages = await fire(`on: new-user\ndo:\n${step('india')}${step('india-2')}`, "accountRate: '1/h'\n");
  expect(await statesOf(messages)).toEqual(['accepted', 'waiting']);
  expect(exotel.forms()).toHaveLength(1);
});
