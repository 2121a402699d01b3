import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Journal, JournalUnusable } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { anEvent, countingClock, draftOf, PLAN, RUN } from '../../src/testing/journal-values.ts';

let folder: string;
let path: string;
let journal: Journal | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringbook-journal-'));
  path = join(folder, 'journal.db');
});

afterEach(async () => {
  await journal?.close();
  journal = undefined;
  rmSync(folder, { recursive: true });
});

/** What a host that only knew the first form wrote: a run that ended, one that waits, and a message in each state. */
const WRITTEN = `
  INSERT INTO plan VALUES ('${PLAN.hash}', '${JSON.stringify(PLAN)}');
  INSERT INTO event VALUES (1, '/a', 'e1', 'new-user', NULL, '2026-11-21T00:00:00Z', '{"phone":"+34666555444"}', 1000);
  INSERT INTO run VALUES ('1.0', 1, 0, '${RUN.rule}', '${PLAN.hash}', 'done', NULL, NULL, 2000);
  INSERT INTO run VALUES ('1.1', 1, 1, '${RUN.rule}', '${PLAN.hash}', 'pending', NULL, 9000000000000, NULL);
  INSERT INTO run VALUES ('1.2', 1, 2, '${RUN.rule}', '${PLAN.hash}', 'pending', NULL, NULL, NULL);
  INSERT INTO step VALUES (1, '1.2', '0', 'log', '"x"', 1500);
  ${['waiting', 'sending', 'unknown', 'accepted']
    .map((state) => {
      const id = `1.2/${state}`;
      const provider = state === 'accepted' ? `'SM1', NULL, '{"sid":"SM1"}'` : 'NULL, NULL, NULL';
      return `
        INSERT INTO message (id, run_id, op, channel, resource, recipient, sender, content, state, provider_id, error, answer,
          created_at, changed_at) VALUES ('${id}', '1.2', 'sms_send', 'sms', 'phone', '+34666555444', '+34911222333',
          '{"kind":"text","text":"Hello 🔥"}', '${state}', ${provider}, 1600, 1700);
        INSERT INTO message_state (message_id, state, at, detail)
          VALUES ('${id}', 'waiting', 1600, NULL), ('${id}', '${state}', 1700, '{"reason":"\u00fc\\n"}');`;
    })
    .join('')}
  INSERT INTO attempt VALUES ('a1', '1.2/sending', 1, 1650, 'rejected', 1660), ('a2', '1.2/sending', 2, 1680, NULL, NULL);
  INSERT INTO attempt VALUES ('a3', '1.2/unknown', 1, 1650, 'unknown', 1700), ('a4', '1.2/accepted', 1, 1650, 'accepted', 1700);
`;

function writeFirstForm(): void {
  const first = readFileSync(new URL('../../src/journal/sqlite/migrations/0001.sql', import.meta.url), 'utf8');
  const file = new DatabaseSync(path);
  file.exec(`PRAGMA journal_mode = WAL; ${first}; PRAGMA user_version = 1; ${WRITTEN}`);
  file.close();
}

function open(): Journal {
  journal = openSqliteJournal({ path, clock: countingClock() });
  return journal;
}

it('brings a journal of the first form up to date, with all that is in it', async () => {
  writeFirstForm();
  const opened = open();
  expect(await opened.verify()).toEqual([]);
  const [story] = await opened.stories(10);
  expect(story).toMatchObject({ eventId: 1, event: anEvent() });
  expect(story?.runs.map(({ id, state }) => [id, state])).toEqual([
    ['1.0', 'done'],
    ['1.1', 'pending'],
    ['1.2', 'pending'],
  ]);
  const { id: _, runId: __, ...draft } = draftOf('1.2');
  expect(await opened.message('1.2/waiting')).toEqual({
    ...draft,
    id: '1.2/waiting',
    runId: '1.2',
    state: 'waiting',
    createdAt: 1600,
    changedAt: 1700,
    dueAt: 1700,
    attempts: 0,
    looks: 0,
    possibleDuplicate: false,
  });
  expect(await opened.message('1.2/accepted')).toMatchObject({
    providerId: 'SM1',
    attempts: 1,
    lastAttempt: { id: 'a4' },
  });
  expect((await opened.message('1.2/accepted'))?.dueAt).toBeUndefined();
  expect(await opened.stateChanges('1.2/accepted')).toEqual([
    { state: 'waiting', at: 1600 },
    { state: 'accepted', at: 1700, detail: { reason: 'ü\n' } },
  ]);
});

it('goes on with the work of a journal of the first form', async () => {
  writeFirstForm();
  const opened = open();
  expect(await opened.takeOver()).toBe(1);
  const lastAttempt = { id: 'a2', messageId: '1.2/sending', number: 2, beganAt: 1680 };
  expect(await opened.message('1.2/sending')).toMatchObject({ state: 'unknown', attempts: 2, lastAttempt });
  const due = (await opened.dueMessages(10)).map(({ id }) => id);
  expect(due).toEqual(['1.2/waiting', '1.2/unknown', '1.2/sending']);
  expect(await opened.claimRuns(10)).toMatchObject([{ run: { id: '1.2' }, tries: 1, isFresh: false }]);
  expect(await opened.nextRunDue()).toBe(9_000_000_000_000);
  const lost = { providerId: 'SM1', answer: {} };
  // Two attempts at the number are in doubt.
  const others = ['SM2', 'SM3'].map((providerId) => ({ providerId, answer: {} }));
  expect(await opened.settleSighting('a3', [lost, ...others])).toMatchObject({ providerId: 'SM2' });
});

it('asks for a start of the host before an older journal is only read', () => {
  writeFirstForm();
  expect(() => openSqliteJournal({ path, clock: countingClock(), readOnly: true })).toThrow(JournalUnusable);
  expect(() => openSqliteJournal({ path, clock: countingClock(), readOnly: true })).toThrow('start the host once');
});

it('leaves an older journal as it is when it cannot be brought up to date', async () => {
  writeFirstForm();
  const file = new DatabaseSync(path);
  file.exec('CREATE TABLE bucket (theirs)');
  file.close();
  expect(() => open()).toThrow('bucket already exists');
  const after = new DatabaseSync(path);
  expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
  expect(after.prepare("SELECT count(*) AS n FROM pragma_table_info('run') WHERE name = 'order_key'").get()).toEqual({
    n: 0,
  });
  after.exec('DROP TABLE bucket');
  after.close();
  expect(await open().verify()).toEqual([]);
});
