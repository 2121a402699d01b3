import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { query } from '../journal/postgres-server.ts';
import { type Hosts, openHosts } from './hosts.ts';
import { newProject, type Sender } from './rig.ts';

const HOSTS = 3;
/** How many times as fast the clock goes: what waits for 20 minutes is due 10 s later. */
const SPEED = 120;
/** Between two events. */
const EVERY_MS = 150;

/** A rulebook that says its version before a pause and after it; each version has other steps. */
function rulebook(version: string, extra: string): string {
  const send = (when: string): string => `
      - sms_send:
          resource: twilio_resource
          to: \${phone}
          body: ${version} ${when}`;
  return `
rules:
  - name: welcome
    on: new-user
    do:${send('before')}
      - wait: 20m${extra}${send('after')}
`;
}

const OLD = rulebook('old', '');
const NEW = rulebook('new', '\n      - log: ${username} waited long enough');

let hosts: Hosts;
let renewed: string;

beforeAll(async () => {
  hosts = await openHosts(HOSTS, SPEED, { 'rulebooks/new-user.yml': OLD });
  renewed = await newProject({ 'ringbook.yml': hosts.settings, 'rulebooks/new-user.yml': NEW });
}, 120_000);
afterAll(async () => {
  await hosts.close();
  await rm(renewed, { recursive: true });
}, 60_000);

test('a new rulebook comes host by host under load: each run ends on the plan that it began with, and no event is missed', async () => {
  const load = newLoad();
  await load.until(2 * HOSTS);
  for (let place = 0; place < HOSTS; place++) {
    // As a balancer of load: nothing new comes to a host that is about to stop.
    hosts.take(place, true);
    await hosts.at(place).stop();
    await hosts.start(place, { project: renewed });
    hosts.take(place, false);
    await load.until(load.count() + HOSTS);
  }
  const events = await load.end();
  await expect.poll(() => hosts.rig.leftovers(), { timeout: 60_000, interval: 200 }).toEqual([]);

  const said = new Map<string, string[]>(events.map(({ phone }) => [phone, []]));
  for (const { to, words } of hosts.rig.sandbox.phones.entries()) said.get(to)?.push(words);
  const ways = [...said.values()].map((words) => words.toSorted().join(', '));
  expect([...new Set(ways)].toSorted()).toEqual(['new after, new before', 'old after, old before']);
  const ended = await query(hosts.url, ENDED_BY_NEW_HOSTS, ['%old after%']);
  console.log(`${events.length} events, ${ended.length} runs of the old rulebook ended on new hosts`);
  expect(ended.length).toBeGreaterThan(0);
}, 180_000);

/** Sends of some words by hosts that live: those are the new ones, in the end. */
const ENDED_BY_NEW_HOSTS = `
  SELECT m.id FROM ringbook.message AS m JOIN ringbook.attempt AS a ON a.message_id = m.id
  JOIN ringbook.host AS h ON h.id = a.host WHERE m.content LIKE $1 AND h.lease_until > clock_timestamp()`;

/** Events that come in all the time, each until it is acknowledged. */
function newLoad() {
  const events: Sender[] = [];
  const sent: Promise<void>[] = [];
  const send = async (event: Sender): Promise<void> => {
    while (!(await hosts.post(event))) await pause(EVERY_MS);
  };
  const timer = setInterval(() => {
    const number = events.length;
    const event = { id: `n${number}.`, phone: `+1202555${String(number).padStart(4, '0')}` };
    events.push(event);
    sent.push(send(event));
  }, EVERY_MS);
  return {
    count: () => events.length,
    until: async (count: number): Promise<void> => {
      while (events.length < count) await pause(EVERY_MS);
    },
    end: async (): Promise<readonly Sender[]> => {
      clearInterval(timer);
      await Promise.all(sent);
      return events;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
