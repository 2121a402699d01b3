import { afterEach, describe, expect, test } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import { playProject } from '../scenario/played.ts';
import { eventOf, follow, launchProject } from './network.ts';

const DATA = { username: 'ana', realname: 'Žluťoučký kůň', phone: '+34666555777' };
const RESOURCE = `class: TwilioConfig
userSid: \${env.RINGBOOK_SANDBOX_ACCOUNT_SID}
authToken: \${env.RINGBOOK_SANDBOX_AUTH_TOKEN}
baseUrl: \${env.RINGBOOK_SANDBOX_URL}
twilioNumber: '+34666555777'
`;

let launched: Launched | undefined;
afterEach(() => launched?.stop());

/** What the phone of a rule reads, and how the message is kept, by three settings: of ringbook.yml, the resource and the op. */
async function told(setting: string, ofResource = '', ofOp = '', resource = 'plain') {
  launched = await launchProject({
    'ringbook.yml': `${setting}\n`,
    'resources/plain.yml': `${RESOURCE}${ofResource}\n`,
    'resources/on-call.yml': 'class: Route\nroutes: [{ via: plain }]\n',
    'rulebooks/new-user.yml': `on: new-user
do:
  - sms_send: { resource: ${resource}, to: '\${phone}', body: 'Příliš \${realname}'${ofOp} }
`,
  });
  const { runs } = await follow(launched, eventOf('new-user', DATA));
  return { words: launched.sandbox?.phones.entries().map(({ words }) => words), message: runs[0]?.messages[0] };
}

describe('a text', () => {
  const PLAIN = ['Prilis Zlutoucky kun'];
  const WRITTEN = ['Příliš Žluťoučký kůň'];

  test.each([
    ['is sent as it is written where nothing is said', '', '', '', WRITTEN],
    ['loses its accents by ringbook.yml', 'accents: false', '', '', PLAIN],
    ['keeps them where its resource says so', 'accents: false', 'accents: true', '', WRITTEN],
    ['loses them where its resource says so', '', 'accents: false', '', PLAIN],
    ['loses them where its op says so', '', 'accents: true', ', accents: false', PLAIN],
    ['keeps them where its op says so', 'accents: false', 'accents: false', ', accents: true', WRITTEN],
  ])('%s', async (_, setting, ofResource, ofOp, words) => {
    expect((await told(setting, ofResource, ofOp)).words).toEqual(words);
  });

  test('loses them by the resource that its route leads to', async () => {
    expect((await told('', 'accents: false', '', 'on-call')).words).toEqual(PLAIN);
  });

  test('is kept as it was written, and its attempt as it was sent', async () => {
    const { message } = await told('accents: false');
    expect(message).toMatchObject({
      state: 'delivered',
      content: { text: WRITTEN[0] },
      lastAttempt: { way: { content: { text: PLAIN[0] } } },
    });
  });
});

test('a call keeps its words', async () => {
  launched = await launchProject({ 'ringbook.yml': 'accents: false\n' });
  await follow(launched, eventOf('new-user', DATA));
  const [call, text] = launched.sandbox?.phones.entries().toSorted((a, b) => (a.kind < b.kind ? -1 : 1)) ?? [];
  expect(call).toMatchObject({ kind: 'call', words: expect.stringContaining('Žluťoučký kůň') });
  expect(text).toMatchObject({ kind: 'sms', words: expect.stringContaining('Zlutoucky kun') });
});

test('a text without accents whose answer was lost is found at its provider by the words that were sent', async () => {
  const { told: failures } = await playProject({
    'ringbook.yml': 'accents: false\n',
    'rulebooks/example.yml': `on: new-user
do:
  - sent = sms_send: { resource: twilio_resource, to: '\${phone}', body: 'Příliš \${realname}' }
  - sms_send: { resource: twilio_resource, to: '+34777666555', body: 'It was \${sent.state}' }
`,
    'rulebooks/example.scenario.yml': `
given:
  faults:
    - { fault: dropped, when: after, times: 1 }
    - { fault: callback-lost, to: '${DATA.phone}' }
when:
  - event: new-user
    data: ${JSON.stringify(DATA)}
then:
  messages:
    - { to: '${DATA.phone}', from: '+34666555777', text: Prilis Zlutoucky kun }
    - { to: '+34777666555', from: '+34666555777', text: It was accepted }
`,
  });
  expect(failures).toBe('');
});
