import { afterAll, beforeAll, expect, test } from 'vitest';
import { query } from '../journal/postgres-server.ts';
import { type Hosts, openHosts } from './hosts.ts';
import type { Sender } from './rig.ts';

const HOSTS = 3;
/** As it is: what a limit counts in is time. */
const SPEED = 1;
/** As in production: nobody dies here. */
const LEASE_SECONDS = 30;
const EVENTS = 30;
/** Of one sender, of the account of two, and for one recipient in a day. */
const RATE_MS = 500;
const ACCOUNT_RATE_MS = 60_000 / 180;
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
  await query(hosts.url, KEEP_PLACES);
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
  const figures = [await measure('paced', RATE_MS), await measure('shared', ACCOUNT_RATE_MS)];
  console.log(figures.map(({ used, hosts: by }) => `${(used * 100).toFixed(1)} % used by ${by} hosts`).join(', '));
  for (const { over, early, used, hosts: by } of figures) {
    expect(over).toEqual([]);
    expect(early).toEqual([]);
    expect(used).toBeGreaterThan(LEAST_USED);
    expect(by).toBe(HOSTS);
  }
}, 180_000);

/** The places that a bucket has given, and which of them were used, once all messages waited. */
async function measure(mid: string, intervalMs: number) {
  const places = await query(hosts.url, 'SELECT message, at::float8 AS at FROM place WHERE mid = $1 ORDER BY at', [
    mid,
  ]);
  const sends = await query(
    hosts.url,
    `SELECT m.id, m.created_at::float8 AS created, a.began_at::float8 AS began, a.host FROM ringbook.message AS m
     JOIN ringbook.attempt AS a ON a.message_id = m.id WHERE m.resource = $1`,
    [mid],
  );
  const times = places.map(({ at }) => Number(at));
  // A place is a whole millisecond, and an interval need not be.
  const over = times.filter((at, n) => n > 0 && at - (times[n - 1] ?? 0) < intervalMs - 1);
  const placeOf = new Map(places.map(({ message, at }) => [message, Number(at)]));
  const early = sends.filter(({ id, began }) => Number(began) < (placeOf.get(id) ?? Number.POSITIVE_INFINITY));
  const allWait = Math.max(...sends.map(({ created }) => Number(created)));
  const used = [...placeOf.values()].filter((at) => at >= allWait).toSorted((one, other) => one - other);
  const spanMs = (used.at(-1) ?? 0) - (used[0] ?? 0);
  return {
    over,
    early,
    used: ((used.length - 1) * intervalMs) / spanMs,
    hosts: new Set(sends.map(({ host }) => String(host))).size,
  };
}

/** Writes down each place that is given. */
const KEEP_PLACES = `
  CREATE TABLE place (mid text, message text, at bigint);
  CREATE FUNCTION keep_place() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO public.place VALUES (NEW.resource, NEW.id, NEW.admitted_at);
    RETURN NULL;
  END $$;
  CREATE TRIGGER keep_place AFTER UPDATE ON ringbook.message FOR EACH ROW
  WHEN (NEW.admitted_at IS NOT NULL AND NEW.admitted_at IS DISTINCT FROM OLD.admitted_at) EXECUTE FUNCTION keep_place();`;
