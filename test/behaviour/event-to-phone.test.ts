import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import type { PhoneEntry } from '../../src/sandbox/sandbox.ts';
import { eventOf, follow, launchExamples, settledStory } from './network.ts';

let launched: Launched;
beforeAll(async () => {
  launched = await launchExamples();
});
afterAll(() => launched.stop());

function entryOf(providerId: string | undefined): PhoneEntry {
  const entry = launched.sandbox?.phones.entries().find(({ id }) => id === providerId);
  if (!entry) throw new Error(`no phone has ${providerId}`);
  return entry;
}

const ANA = { username: 'ana', realname: 'Ana', phone: '+34777666555' };
const INCIDENT = {
  title: 'Disk full on db1',
  description: 'No space left',
  name_status: 'New',
  name_category: 'Incident',
  created_by: 'bob',
  topic_mid: '1234',
};

describe('an event of the examples', () => {
  test('new-user: the desk is called, the user gets a message, and both reach their end in order', async () => {
    const { runs } = await follow(launched, eventOf('new-user', ANA));
    expect(runs.map(({ rule, state }) => [rule, state])).toEqual([['new-user', 'done']]);
    const [call, sms] = runs[0]?.messages ?? [];
    expect(call?.states.map(({ state }) => state)).toEqual([
      'waiting',
      'sending',
      'accepted',
      'ringing',
      'in-progress',
      'completed',
    ]);
    expect(sms?.states.map(({ state }) => state)).toEqual(['waiting', 'sending', 'accepted', 'sent', 'delivered']);
    expect(entryOf(call?.providerId).words).toBe('Ana has just signed up, under the user name ana.');
    expect(entryOf(sms?.providerId).words).toBe('Welcome, Ana! Your account ana is ready.');
  });

  test('topic.create: an incident is told to the one on duty, in the words of the published example', async () => {
    const { runs } = await follow(launched, eventOf('topic.create', INCIDENT));
    expect(entryOf(runs[0]?.messages[0]?.providerId).words).toBe(
      'New incident created by bob with MID 1234 in Clarive. Name: Disk full on db1. Status: New. Description: No space left.',
    );
  });

  test('topic.create: what is no incident fires nothing', async () => {
    const { runs } = await follow(launched, eventOf('topic.create', { ...INCIDENT, name_category: 'Wish' }));
    expect(runs).toEqual([]);
  });

  test('job.start: the job is told in the words of the published example', async () => {
    const data = {
      date_creation: '10:00',
      status_name: 'Running',
      env_name: 'Production',
      created_by: 'bob',
      topic_mid: '1234',
    };
    const { runs } = await follow(launched, eventOf('job.start', data));
    expect(entryOf(runs[0]?.messages[0]?.providerId).words).toBe(
      'New job started at 10:00 with the topic 1234. Current Job Status: Running Environment: Production Deployed by: bob',
    );
  });

  test('job.end: a failed job is written to the one on duty, and the result of the op can be named', async () => {
    const data = { jobname: 'N.PROD-1', id_job: 1234, bl: 'PROD', status: 'ERROR', step: 'RUN' };
    const lines: string[] = [];
    launched.host.bus.on('log', (line) => lines.push(line));
    const { runs } = await follow(launched, eventOf('job.end', data));
    const sent = runs[0]?.messages[0];
    expect(entryOf(sent?.providerId).words).toBe('Job N.PROD-1 (1234) failed in PROD at step RUN.');
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^rulebooks/failed-job.yml:\\d+ N.PROD-1 was reported as ${sent?.providerId}$`)),
    ]);
  });
});

describe('data', () => {
  test.each([
    ['markup', '<Hangup/></Say></Response><!--'],
    ['entities', '&lt;b&gt; &amp; &#65; & done'],
    ['quotes and braces', `"double" 'single' {{username}} \${username}`],
    ['other scripts and emoji', 'Příliš žluťoučký 😀 العربية'],
  ])('with %s is spoken as it is, and never changes the tree', async (_, realname) => {
    const { runs } = await follow(launched, eventOf('new-user', { ...ANA, realname }));
    expect(runs[0]?.state).toBe('done');
    const [call, sms] = runs[0]?.messages ?? [];
    expect(entryOf(call?.providerId).words).toBe(`${realname} has just signed up, under the user name ana.`);
    expect(entryOf(sms?.providerId).words).toBe(`Welcome, ${realname}! Your account ana is ready.`);
  });

  test('with control characters is spoken with a pause in their place', async () => {
    const { runs } = await follow(launched, eventOf('new-user', { ...ANA, realname: 'A\u0000n\u001ba' }));
    expect(entryOf(runs[0]?.messages[0]?.providerId).words).toBe('A n a has just signed up, under the user name ana.');
  });
});

describe('the same event again', () => {
  test('is known, and rings no second time', async () => {
    const event = eventOf('new-user', ANA, 'once');
    const first = await launched.host.accept(event);
    const again = await launched.host.accept(event);
    if (first.kind !== 'accepted' || again.kind !== 'accepted') throw new Error('both are to be accepted');
    expect(again.appended).toEqual({ ...first.appended, claimed: [], duplicate: true });
    const { runs } = await settledStory(launched, first.appended.eventId);
    expect(runs.flatMap(({ messages }) => messages)).toHaveLength(2);
  });
});
