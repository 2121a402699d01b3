import { expect, test } from 'vitest';
import { playProject } from './played.ts';

/** Resources of classes that no phone network of this machine can be told to play. */
const RESOURCES = {
  'resources/ats.yml':
    "class: AtsConfig\nusername: ring\npassword: ${env.ATS_PASSWORD}\nsenderNumber: '+420555010199'\nallowedCountries: [CZ]\n",
  'resources/operator.yml': 'class: SmsOperatorConfig\nusername: ring\npassword: ${env.OPERATOR_PASSWORD}\n',
  'resources/sns.yml': 'class: SnsConfig\nregion: eu-central-1\nsenderId: Ring-Book\n',
};

function playSends(steps: string, outcome: string) {
  return playProject({
    ...RESOURCES,
    'resources/shown.yml': 'class: DebugConfig\n',
    'resources/written.yml': 'class: LogConfig\n',
    'resources/dropped.yml': 'class: NullConfig\n',
    'rulebooks/example.yml': `on: job.end\ndo:\n${steps}`,
    'rulebooks/example.scenario.yml': `name: all of them
when: [{ event: job.end, data: { jobname: backup, id_job: 1, bl: PROD, status: ERROR, step: RUN } }]
then:
${outcome}`,
  });
}

function sendThrough(resource: string, to = '+420555010123'): string {
  return `  - sms_send: { resource: ${resource}, to: '${to}', body: 'Through ${resource}' }\n`;
}

test('shows at the phones what is sent through any provider, from its sender', async () => {
  const { told } = await playSends(
    ['ats', 'operator', 'sns'].map((resource) => sendThrough(resource)).join(''),
    `  messages:
    - { to: '+420555010123', from: '+420555010199', text: Through ats }
    - { to: '+420555010123', from: Ringbook, text: Through operator }
    - { to: '+420555010123', from: Ring-Book, text: Through sns }
`,
  );
  expect(told).toBe('');
});

test('plays the texts and the connected calls of a provider that calls as well', async () => {
  const { told } = await playProject({
    'resources/india.yml':
      'class: ExotelConfig\nsid: ring\napiKey: ${env.KEY}\napiToken: ${env.TOKEN}\nexophone: "+912255501000"\n',
    'rulebooks/example.yml': `on: job.end
do:
  - sms_send: { resource: india, to: '+12025550123', body: Hello }
  - call_connect: { resource: india, first: '+12025550123', second: '+12025550124' }
`,
    'rulebooks/example.scenario.yml': `name: both
when: [{ event: job.end, data: { jobname: backup, id_job: 1, bl: PROD, status: ERROR, step: RUN } }]
then:
  messages: [{ to: '+12025550123', from: '+912255501000', text: Hello }]
  calls:
    - { to: '+12025550123', from: '+912255501000' }
    - { to: '+12025550124', from: '+912255501000' }
`,
  });
  expect(told).toBe('');
});

test('rings where a call is led to a flow, which is kept elsewhere, so that nothing is heard', async () => {
  const { told } = await playProject({
    'resources/india.yml':
      'class: ExotelConfig\nsid: ring\napiKey: ${env.KEY}\napiToken: ${env.TOKEN}\nexophone: "+912255501000"\nflow: "4711"\n',
    'resources/any.yml': 'class: Route\nroutes: [{ via: india }]\n',
    'rulebooks/example.yml': `on: job.end
do:
  - call = call_flow: { resource: india, to: '+12025550123', await: finished }
  - if: call.state == 'busy'
    then:
      - call_flow: { resource: any, to: '+12025550124', flow: "4712" }
`,
    'rulebooks/example.scenario.yml': `name: both
given:
  phones: { '+12025550123': busy }
when: [{ event: job.end, data: { jobname: backup, id_job: 1, bl: PROD, status: ERROR, step: RUN } }]
then:
  calls:
    - { to: '+12025550123', from: '+912255501000', ends: busy }
    - { to: '+12025550124', from: '+912255501000' }
`,
  });
  expect(told).toBe('');
});

test('shows nothing at the phones of what is never sent', async () => {
  const { told } = await playSends(
    ['shown', 'written', 'dropped'].map((resource) => sendThrough(resource)).join('') +
      "  - sent = sms_send: { resource: shown, to: '+420555010123', body: Hello }\n" +
      "  - if: sent.state != 'debug'\n    then: [{ fail: 'it was sent' }]\n",
    '  messages: []\n',
  );
  expect(told).toBe('');
});

test('keeps the limits of a resource for which another stands in', async () => {
  const { told } = await playSends(
    "  - to =: '+12025550123'\n  - sms_send: { resource: ats, to: '${to}', body: Hello }\n",
    `  messages: []
  failures:
    - rule: example
      error: >-
        sms_send: the message to +12•••123 was rejected: +12•••123 is a number of US, and only CZ may be reached
`,
  );
  expect(told).toBe('');
});
