import { afterAll, beforeAll, expect, test } from 'vitest';
import { query } from '../journal/postgres-server.ts';
import { type Hosts, openHosts } from './hosts.ts';
import type { Sender } from './rig.ts';

const HOSTS = 3;
/** As it is: what a limit counts in is time. */
const SPEED = 1;
/** As in production: nobody dies here. */
const LEASE_SECONDS = 30;
const EVENTS = 40;
/** Of one sender, of the account of two, and for one recipient in a day. */
const RATE = { key: 'sender:paced:+34666555777', intervalMs: 500 };
const ACCOUNT_RATE = { key: 'account:%', intervalMs: 60_000 / 180 };
const CAP = 7;
/** Of the places that there were. */
const LEAST_USED = 0.95;

const resource = (mid: string, limits: string): string => `mid: ${mid}
class: TwilioConfig
userSid: \${env.RINGBOOK_SANDBOX_ACCOUNT_SID}
authToken: \${env.RINGBOOK_SANDBOX_AUTH_TOKEN}
baseUrl: \${env.RINGBOOK_SANDBOX_URL}
twilioNumber: '+34666555777'
destinationNumber: '+34777666555'
${limits}
`;
const send = (mid: string, to: string): string => `
      - sms_send: { resource: ${mid}, to: ${to}, body: '${mid} \${username}', max_age: 1d }`;

const FILES = {
  'resources/paced.yml': resource('paced', 'rate: 2/s'),
  'resources/shared.yml': resource('shared', 'accountRate: 180/m'),
  'resources/capped.yml': resource('capped', `dailyCap: ${CAP}`),
  'rulebooks/new-user.yml': `
rules:
  - name: paced
    on: new-user
    do:${send('paced', '${phone}')}
  - name: shared
    on: new-user
    do:${send('shared', '${phone}')}
  - name: capped
    on: new-user
    do:${send('capped', "'+12025550100'")}
`,
};

let hosts: Hosts;

beforeAll(async () => {
  hosts = await openHosts(HOSTS, SPEED, FILES, LEASE_SECONDS);
}, 120_000);
afterAll(() => hosts.close(), 60_000);

test('three hosts keep one rate, one rate of an account and one cap together, and use what there is of them', async () => {
  const events = Array.from({ length: EVENTS }, (_, n): Sender => ({ id: `n${n}.`, phone: `+1202555${1_000 + n}` }));
  const answers = await Promise.all(events.map((event) => hosts.post(event)));
  expect(answers).not.toContain(false);
  const isDone = async (): Promise<boolean> =>
    (await hosts.rig.leftovers()).every((line) => line.includes(' is failed'));
  await expect.poll(isDone, { timeout: 120_000, interval: 250 }).toBe(true);

  const said = hosts.rig.sandbox.phones.entries().map(({ words }) => words.split(' ')[0]);
  const times = (mid: string): number => said.filter((word) => word === mid).length;
  expect({ paced: times('paced'), shared: times('shared'), capped: times('capped') }).toEqual({
    paced: EVENTS,
    shared: EVENTS,
    capped: CAP,
  });
  const figures = [
    await measure('paced', RATE.key, RATE.intervalMs),
    await measure('shared', ACCOUNT_RATE.key, ACCOUNT_RATE.intervalMs),
  ];
  console.log(figures.map(({ used, hosts: by }) => `${(used * 100).toFixed(1)} % used by ${by} hosts`).join(', '));
  for (const { early, used, hosts: by } of figures) {
    expect(early).toEqual([]);
    expect(used).toBeGreaterThan(LEAST_USED);
    expect(by).toBe(HOSTS);
  }
}, 180_000);

/** What the journal has written down of one bucket: when each send began, by whom, and how far its places go. */
async function measure(mid: string, key: string, intervalMs: number) {
  const sends = await query(
    hosts.url,
    `SELECT m.created_at::float8 AS created, a.began_at::float8 AS began, a.host FROM ringbook.message AS m
     JOIN ringbook.attempt AS a ON a.message_id = m.id WHERE m.resource = $1 ORDER BY a.began_at`,
    [mid],
  );
  const [bucket] = await query(hosts.url, 'SELECT next_at FROM ringbook.bucket WHERE key LIKE $1', [key]);
  const first = Math.min(...sends.map(({ created }) => Number(created)));
  // The n-th send has the n-th place at best, so however they bunch, there were never more than the rate gives up to then.
  const early = sends.flatMap(({ began }, n) => (Number(began) < first + n * intervalMs ? [`send ${n}`] : []));
  const places = (Number(bucket?.['next_at']) - first) / intervalMs;
  return { early, used: sends.length / places, hosts: new Set(sends.map(({ host }) => String(host))).size };
}
