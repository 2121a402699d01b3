import { afterEach, expect, test } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import type { Message } from '../../src/message/message.ts';
import { type Behaviour, reply, startWire } from '../../src/testing/provider-wire.ts';
import { wire as ats, codes, itemsOf } from '../plugins/ats/wire.ts';
import { wire as sns } from '../plugins/sns/wire.ts';
import { eventOf, launchProject } from './network.ts';

let launched: Launched;
afterEach(() => launched.stop());

const PERSON = { username: 'ana', realname: 'Ana', phone: '+420555010123' };

function rulebook(resource: string, more = ''): string {
  return `on: new-user
do:
  - sent = sms_send: { resource: ${resource}, to: '\${phone}', body: 'Welcome, \${realname}!'${more} }
  - log: '\${sent.sid} is \${sent.state}'
`;
}

const ATS = `class: AtsConfig
username: ring
password: \${env.ATS_PASSWORD}
senderNumber: '+420555010199'
url: \${env.ATS_URL}
`;

/** The messages of so many events that come at one moment, once their runs have ended. */
async function messagesOf(count: number): Promise<readonly Message[]> {
  const { host } = launched;
  const accepted = await Promise.all(Array.from({ length: count }, () => host.accept(eventOf('new-user', PERSON))));
  await host.idle();
  const stories = accepted.map(async (one) => (one.kind === 'accepted' ? host.story(one.appended.eventId) : undefined));
  return (await Promise.all(stories)).flatMap((story) => story?.runs.flatMap(({ messages }) => messages) ?? []);
}

function launchWith(resource: string, url: string, more?: string): Promise<Launched> {
  const environment = { ATS_URL: url, ATS_PASSWORD: 'the-password-of-ats', SNS_SECRET_ACCESS_KEY: 'the-secret-of-sns' };
  const rulebooks = { 'rulebooks/new-user.yml': rulebook('provider', more) };
  return launchProject({ 'resources/provider.yml': resource, ...rulebooks }, environment);
}

test('many messages of one moment go to ATS in few documents, and each is asked about later', async () => {
  const delivers: Behaviour = (response, request) => {
    const asked = itemsOf(request, 'dlr').map(({ text }) => [text, '23'] as const);
    reply(response, asked.length > 0 ? codes(asked) : ats.accepted(request, ''));
  };
  await using fake = await startWire(delivers);
  launched = await launchWith(ATS, fake.url);
  const messages = await messagesOf(60);
  expect(messages.map(({ state }) => state)).toEqual(messages.map(() => 'accepted'));
  const documents = fake.received.map((request) => itemsOf(request, 'sms').map(({ attributes }) => attributes['uniq']));
  expect(new Set(documents.flat()).size).toBe(60);
  expect(documents.flat()).toHaveLength(60);
  expect(documents.length).toBeLessThan(30);
  expect(new Set(documents.flat())).toEqual(new Set(messages.map(({ providerId }) => providerId)));

  const round = launched.host.desk.check(new AbortController().signal);
  let step = await round.next();
  while (!step.done) step = await round.next();
  expect(step.value.moved.map(({ state }) => state)).toEqual(messages.map(() => 'delivered'));
  expect(step.value.failed).toEqual([]);
  // 20 are asked about in one go, and all of them in one document.
  expect(fake.received.length - documents.length).toBe(3);
});

test('a rule that waits for the end of a message goes on where nobody can tell the end', async () => {
  await using fake = await startWire((response, request) => reply(response, sns.accepted(request, sns.providerId(1))));
  const resource = `class: SnsConfig
region: eu-central-1
accessKeyId: AKIAEXAMPLE
secretAccessKey: \${env.SNS_SECRET_ACCESS_KEY}
endpoint: ${fake.url}
`;
  launched = await launchWith(resource, '', ', await: finished');
  const lines: string[] = [];
  launched.host.bus.on('log', (line) => lines.push(line));
  expect(await messagesOf(1)).toMatchObject([{ state: 'untracked', from: '' }]);
  expect(lines).toEqual([expect.stringMatching(/ is untracked$/)]);
});

test('the log of the host has the words of what is not sent, and no number', async () => {
  launched = await launchWith('class: LogConfig\n', '');
  const lines: string[] = [];
  launched.host.bus.on('log', (line) => lines.push(line));
  expect(await messagesOf(1)).toMatchObject([{ state: 'debug' }]);
  expect(lines).toEqual([
    'message to +42•••123, not sent: "Welcome, Ana!"',
    expect.stringMatching(/debug-\S+ is debug$/),
  ]);
});
