import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import { asObject } from '../../src/schema/schema.ts';
import { type PostgresServer, query, startPostgres } from '../journal/postgres-server.ts';
import { type Proxy, startProxy } from '../journal/proxy.ts';
import { eventOf, follow, launchProject, settledStory } from './network.ts';

/** A text, and a call that is waited for: a run that is put off, woken by a callback, and taken up again. */
const RULEBOOK = `
on: new-user
do:
  - call = twilio_call:
      twilio_resource: twilio_resource
      default_number: '1'
      template: new-user.xml
      await: finished
      correspondance: { name: \${realname}, username: \${username} }
  - if: call.state == 'completed'
    then: [{ log: "the call was \${call.state}" }]
    else: [{ fail: "the call was \${call.state}" }]
`;
const USER = { username: 'ana', realname: 'Ana', phone: '+34611222333' };

let server: PostgresServer;
let url: string;
let proxy: Proxy;
let hosts: Launched[];

beforeAll(async () => {
  server = await startPostgres();
  proxy = await startProxy(Number(new URL(server.urlOf('x')).port));
}, 60_000);
beforeEach(async () => {
  hosts = [];
  url = await server.newDatabase();
});
afterEach(async () => {
  proxy.mend();
  for (const host of hosts) await host.stop();
  await server.giveBack(url);
});
afterAll(async () => {
  await proxy.close();
  await server.stop();
}, 60_000);

async function launch(rulebook = RULEBOOK, journal = url): Promise<Launched> {
  const launched = await launchProject({ 'rulebooks/new-user.yml': rulebook }, {}, journal);
  hosts.push(launched);
  return launched;
}

test('an event rings a phone, and its run goes on when the call has ended, by jobs of the database', async () => {
  const launched = await launch();
  const { runs } = await follow(launched, eventOf('new-user', USER));
  expect(runs[0]?.state).toBe('done');
  expect(runs[0]?.messages).toMatchObject([{ state: 'completed' }]);
  expect(launched.sandbox?.phones.entries()).toHaveLength(1);
  await launched.host.idle();
  expect(await query(url, 'SELECT * FROM graphile_worker.jobs WHERE locked_at IS NOT NULL')).toEqual([]);
});

test('an event that is emitted in a transaction is taken when that commits, and never was where it rolls back', async () => {
  const launched = await launch();
  await query(
    url,
    `BEGIN; SELECT ringbook.emit('new-user', '{"username":"eva","realname":"Eva","phone":"+34611222334"}'); ROLLBACK`,
  );
  const data = JSON.stringify(USER);
  const accepted = new Promise<number>((resolve) =>
    launched.host.bus.on('accepted', ({ eventId }) => resolve(eventId)),
  );
  const [emitted] = await query(url, 'SELECT ringbook.emit($1, $2::jsonb) AS id', ['new-user', data]);
  const story = await settledStory(launched, await accepted);
  expect(story.event).toMatchObject({ id: emitted?.['id'], source: '/postgres', type: 'new-user', data: USER });
  expect(story.runs[0]?.state).toBe('done');
  await launched.host.idle();
  expect(await query(url, 'SELECT * FROM ringbook.inbox')).toEqual([]);
  expect(await query(url, 'SELECT id FROM ringbook.event')).toHaveLength(1);
});

test('an emitted event that does not fit its schema is put aside with the reason', async () => {
  const launched = await launch();
  await query(url, `SELECT ringbook.emit('new-user', '{"username":"ana"}')`);
  await launched.host.idle();
  const [refused] = await query(url, 'SELECT type, refused FROM ringbook.inbox');
  expect(refused).toMatchObject({ type: 'new-user', refused: expect.stringContaining('data.phone is missing') });
  expect(await query(url, 'SELECT id FROM ringbook.event')).toEqual([]);
});

test('a host whose database is gone says so at its door, and goes on when it is back', async () => {
  const launched = await launch(RULEBOOK, proxy.urlOf(url));
  await follow(launched, eventOf('new-user', USER));
  const post = (id: string) =>
    fetch(`${launched.host.url}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({ specversion: '1.0', id, source: '/test', type: 'new-user', data: USER }),
    });
  proxy.cut();
  expect((await post('e1')).status).toBe(503);
  proxy.mend();
  const answer = await post('e1');
  expect(answer.status).toBe(202);
  const told = asObject(JSON.parse(await answer.text()));
  const { runs } = await settledStory(launched, Number(told?.['event']));
  expect(runs[0]?.state).toBe('done');
  expect(launched.sandbox?.phones.entries()).toHaveLength(2);
});

test('two hosts of two versions share the work of one database, and each run ends on the plan that it began with', async () => {
  const old = await launch();
  const ids: number[] = [];
  const emit = async (launched: Launched): Promise<void> => {
    const acceptance = await launched.host.accept(eventOf('new-user', USER));
    if (acceptance.kind === 'accepted') ids.push(acceptance.appended.eventId);
  };
  for (let n = 0; n < 5; n++) await emit(old);
  const renamed = await launch(RULEBOOK.replace('the call was', 'the new call was'));
  for (let n = 0; n < 5; n++) await Promise.all([emit(old), emit(renamed)]);
  const stories = await Promise.all(ids.map((id) => settledStory(renamed, id)));
  expect(stories.map(({ runs }) => runs.map(({ state }) => state))).toEqual(ids.map(() => ['done']));
  const plans = new Set(stories.map(({ runs }) => runs[0]?.planHash));
  expect(plans.size).toBe(2);
  const phones = [old, renamed].map(({ sandbox }) => sandbox?.phones.entries().length ?? 0);
  expect(phones[0] ?? 0).toBeGreaterThan(0);
  expect((phones[0] ?? 0) + (phones[1] ?? 0)).toBe(15);
});

test('what a host has left behind is done by another', async () => {
  const first = await launch();
  await first.stop();
  hosts.splice(0);
  // As a host that took it and died would have left it.
  await query(url, `SELECT ringbook.emit('new-user', $1::jsonb)`, [JSON.stringify(USER)]);
  await query(
    url,
    `INSERT INTO ringbook.host (name, lease_until, pools) VALUES ('dead', clock_timestamp() + interval '1 second', '{pool-dead}')`,
  );
  await query(url, `UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'pool-dead'`);
  const launched = await launch();
  const accepted = new Promise<number>((resolve) =>
    launched.host.bus.on('accepted', ({ eventId }) => resolve(eventId)),
  );
  expect((await settledStory(launched, await accepted)).runs[0]?.state).toBe('done');
});
