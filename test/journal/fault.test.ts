/** No verb says that something was written which is not, and none leaves half of it, whatever the disk does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { anEvent, BUSY, countingClock, draftOf, PLAN, RUN, UNKNOWN } from '../../src/testing/journal-values.ts';

/** More than the free pages of the file hold, so that it needs new ones. */
const LONG = 'x'.repeat(300_000);
const CONTENT = { kind: 'text', text: LONG } as const;
const ORDERED = { ...RUN, orderKey: 'ana' };
const LIMITS = [
  { kind: 'rate', key: LONG, intervalMs: 1_000 },
  { kind: 'cap', key: LONG, max: 1 },
] as const;

/** Every verb that writes, on the journal of `fill`. */
const VERBS: Readonly<Record<string, (journal: Journal) => Promise<unknown>>> = {
  keepPlan: (journal) => journal.keepPlan({ ...PLAN, hash: 'cd'.repeat(32), templates: { long: LONG } }),
  appendEvent: (journal) => journal.appendEvent(anEvent({ id: 'e9', data: { LONG } }), [RUN, ORDERED]),
  takeOver: (journal) => journal.takeOver(),
  claimRuns: (journal) => journal.claimRuns(10),
  deferRun: (journal) => journal.deferRun('1.0', 9_000_000_000_000),
  releaseRun: (journal) => journal.releaseRun('1.0', 9_000_000_000_000, LONG),
  wakeRun: (journal) => journal.wakeRun('1.0'),
  recordStep: (journal) => journal.recordStep('1.0', { path: '7', op: 'log', result: LONG }),
  finishRun: (journal) => journal.finishRun('1.0', { state: 'failed', error: LONG }),
  resumeRun: (journal) => journal.resumeRun('2.0'),
  intendMessage: (journal) => journal.intendMessage({ ...draftOf('1.0'), content: CONTENT }, 'a9'),
  admit: (journal) => journal.admit('waiting', LIMITS, 'phone'),
  postponeMessage: (journal) => journal.postponeMessage('waiting', 9_000_000_000_000),
  beginAttempt: (journal) => journal.beginAttempt('waiting', 'a9'),
  settleAttempt: (journal) =>
    journal.settleAttempt('a-sending', { kind: 'accepted', providerId: 'SM1', answer: { LONG } }),
  'settleAttempt, to be tried again': (journal) => journal.settleAttempt('a-sending', BUSY, 9_000_000_000_000),
  // One for each of the messages to this number whose fate is open.
  settleSighting: (journal) =>
    journal.settleSighting(
      'a-unknown',
      ['SM7', 'SM8', 'SM9', 'SM10'].map((providerId) => ({ providerId, answer: { LONG } })),
    ),
  recordLook: (journal) => journal.recordLook('unknown', 9_000_000_000_000),
  sendAgain: (journal) => journal.sendAgain('unknown'),
  reportState: (journal) =>
    journal.reportState(
      'sending',
      { state: 'delivered', error: LONG },
      { event: anEvent({ id: 'e8', data: { LONG } }), runs: [RUN] },
    ),
  resendMessage: (journal) => journal.resendMessage('rejected'),
  prune: (journal) => journal.prune(9_000_000_000_000, 10),
};

let folder: string;
let filled: string;
let copies = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringbook-journal-'));
  filled = join(folder, 'filled.db');
  const journal = openSqliteJournal({ path: filled, clock: countingClock() });
  await fill(journal);
  await journal.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

/** One event whose run is claimed, with others behind it and a message in each state; one that failed; one that is done. */
async function fill(journal: Journal): Promise<void> {
  await journal.keepPlan(PLAN);
  await journal.appendEvent(anEvent(), [ORDERED, ORDERED]);
  await journal.claimRuns(1);
  await journal.appendEvent(anEvent({ id: 'e2' }), [RUN]);
  await journal.finishRun('2.0', { state: 'failed', error: 'no such number' });
  await journal.appendEvent(anEvent({ id: 'e3' }), [RUN]);
  await journal.finishRun('3.0', { state: 'done' });
  await journal.appendEvent(anEvent({ id: 'e4' }), [RUN]);
  await journal.intendMessage({ ...draftOf('1.0'), id: 'waiting' });
  for (const id of ['sending', 'unknown', 'rejected'])
    await journal.intendMessage({ ...draftOf('1.0'), id }, `a-${id}`);
  await journal.settleAttempt('a-unknown', UNKNOWN, 1);
  await journal.settleAttempt('a-rejected', { kind: 'rejected', reason: 'no such number' });
}

/** A copy of the filled journal, in a folder of its own. */
function copy(): string {
  const path = join(mkdtempSync(join(folder, `${copies++}-`)), 'journal.db');
  copyFileSync(filled, path);
  return path;
}

/** Every row of every table. */
function rowsIn(path: string): Readonly<Record<string, unknown>> {
  const file = new DatabaseSync(path, { readOnly: true });
  const tables = file.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  const rows = Object.fromEntries(
    tables.map(({ name }) => [String(name), file.prepare(`SELECT * FROM ${String(name)}`).all()]),
  );
  expect(file.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  file.close();
  return rows;
}

/** What the verb leaves behind where nothing is wrong. */
async function rowsAfter(act: (journal: Journal) => Promise<unknown>): Promise<Readonly<Record<string, unknown>>> {
  const path = copy();
  const journal = openSqliteJournal({ path, clock: countingClock() });
  await act(journal);
  await journal.close();
  return rowsIn(path);
}

async function isRejected(promise: Promise<unknown>): Promise<boolean> {
  return await promise.then(
    () => false,
    () => true,
  );
}

describe.each(Object.entries(VERBS))('%s', (_, act) => {
  it('writes something', async () => {
    expect(await rowsAfter(act)).not.toEqual(rowsIn(filled));
  });

  it('rejects and leaves all as it was when its commit fails, and works when commits do', async () => {
    const path = copy();
    let isBroken = true;
    const beforeCommit = (): void => {
      if (isBroken) throw new Error('input/output error');
    };
    const journal = openSqliteJournal({ path, clock: countingClock(), beforeCommit });
    await expect(act(journal)).rejects.toThrow('input/output error');
    expect(rowsIn(path)).toEqual(rowsIn(filled));
    isBroken = false;
    await act(journal);
    await journal.close();
    expect(rowsIn(path)).not.toEqual(rowsIn(filled));
  });

  it('rejects and leaves all as it was where the file may only be read', async () => {
    const path = copy();
    const journal = openSqliteJournal({ path, clock: countingClock(), readOnly: true });
    await expect(act(journal)).rejects.toThrow('readonly');
    await journal.close();
    expect(rowsIn(path)).toEqual(rowsIn(filled));
  });

  it('rejects where the folder is gone, and leaves all as it was', async () => {
    const path = copy();
    const journal = openSqliteJournal({ path, clock: countingClock() });
    const away = join(folder, `away-${copies}`);
    renameSync(join(path, '..'), away);
    await expect(act(journal)).rejects.toThrow('removed or replaced');
    await journal.close();
    expect(rowsIn(join(away, 'journal.db'))).toEqual(rowsIn(filled));
  });

  it('writes all or nothing where the disk is full, says which, and works when there is room', async () => {
    const path = copy();
    const full = openSqliteJournal({ path, clock: countingClock(), maxPages: 1 });
    const rejected = await isRejected(act(full));
    await full.close();
    expect(rowsIn(path)).toEqual(rejected ? rowsIn(filled) : await rowsAfter(act));
    if (!rejected) return;
    const journal = openSqliteJournal({ path, clock: countingClock() });
    await act(journal);
    await journal.close();
    expect(rowsIn(path)).toEqual(await rowsAfter(act));
  });
});

it.each([
  'keepPlan',
  'appendEvent',
  'releaseRun',
  'recordStep',
  'finishRun',
  'intendMessage',
  'admit',
  'settleAttempt',
  'settleSighting',
  'reportState',
])('%s needs room, and is refused where the disk is full', async (verb) => {
  const journal = openSqliteJournal({ path: copy(), clock: countingClock(), maxPages: 1 });
  await expect(VERBS[verb]?.(journal)).rejects.toThrow('full');
  await journal.close();
});

it('keeps what fits of many that write at once on a full disk, and tells each truly', async () => {
  const path = copy();
  const journal = openSqliteJournal({ path, clock: countingClock(), maxPages: 1 });
  const events = Array.from({ length: 20 }, (_, n) => anEvent({ id: `m${n}`, data: n % 2 === 0 ? {} : { LONG } }));
  const outcomes = await Promise.allSettled(events.map((event) => journal.appendEvent(event, [RUN])));
  const there = new Set((await journal.stories(100)).map(({ event }) => event.id));
  await journal.close();
  expect(events.map(({ id }) => there.has(id))).toEqual(outcomes.map(({ status }) => status === 'fulfilled'));
  expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
});

it('makes room by pruning on a full disk, for what is as long', async () => {
  const path = copy();
  const clock = countingClock();
  const append = (journal: Journal, id: string): Promise<unknown> =>
    journal.appendEvent(anEvent({ id, data: { LONG } }), []);
  const roomy = openSqliteJournal({ path, clock });
  await append(roomy, 'old');
  await roomy.close();
  const journal = openSqliteJournal({ path, clock, maxPages: 1 });
  await expect(append(journal, 'new')).rejects.toThrow('full');
  expect(await journal.prune(clock.now(), 10)).toBeGreaterThan(0);
  await append(journal, 'new');
  const events = (await journal.stories(10)).map(({ event }) => event.id);
  await journal.close();
  expect(events).toContain('new');
  expect(events).not.toContain('old');
});

it('has everything that was acknowledged when the system refuses a write in the middle', async () => {
  const path = join(mkdtempSync(join(folder, 'limited-')), 'journal.db');
  const script = `
    const { openSqliteJournal } = await import(${JSON.stringify(import.meta.resolve('../../src/journal/sqlite/sqlite.ts'))});
    const journal = openSqliteJournal({ path: ${JSON.stringify(path)}, clock: Date });
    process.on('SIGXFSZ', () => {});
    for (let n = 0; n < 400; n++) {
      const event = { ...${JSON.stringify(anEvent())}, id: String(n), data: { text: 'x'.repeat(3000) } };
      await journal.appendEvent(event, []).then(() => console.log(n), () => console.error(n));
    }
    // As a host that is killed: nothing is tidied up.
    process.kill(process.pid, 'SIGKILL');`;
  // A file may have 512 KB (units of 512 bytes): the log is full long before the last event.
  const limited = ['-c', 'ulimit -f 1024; exec "$0" "$@"', process.execPath, '--input-type=module', '-e', script];
  const child = spawn('sh', limited, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [acknowledged, refused] = ['', ''];
  child.stdout.on('data', (text) => (acknowledged += String(text)));
  child.stderr.on('data', (text) => (refused += String(text)));
  await once(child, 'close');
  const journal = openSqliteJournal({ path, clock: countingClock() });
  const there = (await journal.stories(1_000)).map(({ event }) => event.id).toReversed();
  expect(await journal.verify()).toEqual([]);
  await journal.close();
  expect(refused).not.toBe('');
  expect(there).toEqual(expect.arrayContaining(acknowledged.trim().split('\n')));
});
