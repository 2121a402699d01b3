import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostgresJournal } from '../../src/journal/postgres/postgres.ts';
import { realClock } from '../../src/time/real.ts';
import { ringbook } from '../cli/ringbook.ts';
import { type PostgresServer, startPostgres } from '../journal/postgres-server.ts';
import { quicken } from './hosts.ts';
import { leftoversIn, openRig, type Sender } from './rig.ts';

/** How many times as fast the clock goes. */
const SPEED = 300;
/** A call to the desk, a message, and one that the delivery of the first leads to. */
const SENDS_PER_EVENT = 3;

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(async () => {
  await server.stop();
}, 60_000);

test.each(['before request', 'after request'])(
  'a host on PostgreSQL goes on with what one on a file had under way that was killed %s, and sends nothing twice',
  async (point) => {
    const own = await openRig({ speed: SPEED });
    const url = await server.newDatabase();
    await quicken(url, SPEED);
    try {
      const events = Array.from({ length: 4 }, (_, n): Sender => ({ id: `n${n}.`, phone: `+1202555010${n}` }));
      const first = await own.start({ kill: { point, occurrence: 3 } });
      const answers = await Promise.all(events.map((event) => first.post(event)));
      await first.died;
      const { code, err } = await ringbook(['journal', 'move', own.journal, url]).ended;
      expect({ code, err }).toEqual({ code: 0, err: '' });

      const second = await own.start({ journal: url });
      for (const event of events.filter((_, index) => !answers[index])) expect(await second.post(event)).toBe(true);
      const said = () =>
        own.sandbox.phones.entries().map(({ kind, to, words }) => `${kind} ${kind === 'call' ? words : to} ${words}`);
      await expect.poll(() => said().length, { timeout: 90_000, interval: 100 }).toBe(events.length * SENDS_PER_EVENT);
      await expect
        .poll(async () => leftoversIn(await openPostgresJournal({ url, clock: realClock, readOnly: true })), {
          timeout: 90_000,
          interval: 200,
        })
        .toEqual([]);
      await second.stop();
      expect(new Set(said()).size).toBe(events.length * SENDS_PER_EVENT);
    } finally {
      await own.close();
    }
  },
  240_000,
);
