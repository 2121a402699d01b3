import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BackupRefused, type Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { anEvent, countingClock, draftOf, PLAN, RUN, type TestClock } from '../../src/testing/journal-values.ts';

let folder: string;
let path: string;
let copy: string;
let clock: TestClock;
let opened: Journal[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringbook-journal-'));
  path = join(folder, 'journal.db');
  copy = join(folder, 'copy.db');
  clock = countingClock();
  opened = [];
});

afterEach(async () => {
  for (const journal of opened) await journal.close();
  rmSync(folder, { recursive: true });
});

function open(options: { path?: string; readOnly?: boolean } = {}): Journal {
  const journal = openSqliteJournal({ path, clock, ...options });
  opened.push(journal);
  return journal;
}

/** A journal with as many events, each with a run that is done and a message. */
async function filled(count: number, length?: number): Promise<Journal> {
  const journal = open();
  await journal.keepPlan(PLAN);
  await Promise.all(Array.from({ length: count }, (_, n) => append(journal, `e${n}`, length)));
  return journal;
}

async function append(journal: Journal, id: string, length = 1_000): Promise<void> {
  const { runIds } = await journal.appendEvent(anEvent({ id, data: { text: 'x'.repeat(length) } }), [RUN]);
  const [runId = ''] = runIds;
  const { message } = await journal.intendMessage(draftOf(runId));
  await journal.reportState(message.id, { state: 'delivered' });
  await journal.finishRun(runId, { state: 'done' });
}

function modeOf(file: string): string {
  return (statSync(file).mode & 0o777).toString(8);
}

describe('files', () => {
  it('are for their owner alone: journal, log, lock and backup', async () => {
    const before = process.umask(0);
    try {
      const journal = await filled(1);
      await journal.backup(copy);
      const modes = readdirSync(folder).map((file) => [file, modeOf(join(folder, file))]);
      expect(Object.fromEntries(modes)).toEqual({
        'journal.db': '600',
        'journal.db-wal': '600',
        'journal.db-shm': '600',
        'journal.db-lock': '600',
        'journal.db-lock-journal': '600',
        'copy.db': '600',
      });
    } finally {
      process.umask(before);
    }
  });
});

describe('a backup', () => {
  it('is a whole journal, with everything up to when it began', async () => {
    const journal = await filled(5);
    await journal.backup(copy);
    await append(journal, 'later');
    const restored = open({ path: copy });
    expect(await restored.stories(10)).toEqual((await journal.stories(10)).slice(1));
    expect(await restored.verify()).toEqual([]);
    await append(restored, 'goes on');
  });

  it('is one view of the journal while the host goes on writing, and tells how far it is', async () => {
    // More than is copied at a time.
    const journal = await filled(300, 30_000);
    const shares: number[] = [];
    let written = 0;
    let isDone = false;
    const backup = journal
      .backup(copy, (share) => shares.push(share))
      .finally(() => {
        isDone = true;
      });
    while (!isDone) await append(journal, `during ${written++}`);
    await backup;
    expect(written).toBeGreaterThan(0);
    expect(shares.length).toBeGreaterThan(0);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    const restored = open({ path: copy, readOnly: true });
    expect(await restored.verify()).toEqual([]);
    const ids = (await restored.stories(10_000)).map(({ event }) => event.id);
    expect(ids.filter((id) => !id.startsWith('during'))).toHaveLength(300);
    expect((await journal.stories(10_000)).map(({ event }) => event.id)).toHaveLength(300 + written);
  });

  it('is made from beside the host', async () => {
    await filled(2);
    await open({ readOnly: true }).backup(copy);
    expect(await open({ path: copy }).stories(10)).toHaveLength(2);
  });

  it('is made of a journal in memory', async () => {
    const journal = open({ path: ':memory:' });
    await journal.appendEvent(anEvent(), []);
    await journal.backup(copy);
    expect(await open({ path: copy }).stories(10)).toHaveLength(1);
  });

  it('is refused where there is a file, which stays as it is', async () => {
    const journal = await filled(1);
    writeFileSync(copy, 'precious');
    await expect(journal.backup(copy)).rejects.toThrow(BackupRefused);
    await expect(journal.backup(copy)).rejects.toThrow(
      `no backup was written to ${copy}: there is a file of that name`,
    );
    expect(statSync(copy).size).toBe('precious'.length);
  });

  it('is refused where it cannot be written, and leaves nothing behind', async () => {
    const journal = await filled(1);
    await expect(journal.backup(join(folder, 'nowhere', 'copy.db'))).rejects.toThrow(BackupRefused);
    const before = readdirSync(folder);
    await journal.backup(copy);
    expect(readdirSync(folder).toSorted()).toEqual([...before, 'copy.db'].toSorted());
  });
});

describe('pruning', () => {
  it('leaves room that is used again: the file does not grow', async () => {
    const journal = await filled(300);
    const pages = (): number => {
      const file = new DatabaseSync(path, { readOnly: true });
      const count = Number(file.prepare('PRAGMA page_count').get()?.['page_count']);
      file.close();
      return count;
    };
    const before = pages();
    for (let round = 0; round < 3; round++) {
      while ((await journal.prune(clock.now(), 100)) === 100);
      await Promise.all(Array.from({ length: 300 }, (_, n) => append(journal, `r${round}-${n}`)));
    }
    expect(pages()).toBeLessThan(before * 1.1);
  });

  it('removes plans that nothing names, once no host works with them', async () => {
    const journal = await filled(1);
    const old = { ...PLAN, hash: 'cd'.repeat(32) };
    await journal.keepPlan(old);
    await journal.close();
    const next = open();
    await next.keepPlan(PLAN);
    await next.prune(clock.now(), 10);
    expect(await next.plan(old.hash)).toBeUndefined();
    expect(await next.plan(PLAN.hash)).toEqual(PLAN);
  });

  it('removes places and counts of limits that are past', async () => {
    const journal = await filled(1);
    const { runIds } = await journal.appendEvent(anEvent({ id: 'limited' }), [RUN]);
    const { message } = await journal.intendMessage(draftOf(runIds[0] ?? ''));
    await journal.admit(
      message.id,
      [
        { kind: 'rate', key: 'a', intervalMs: 1_000 },
        { kind: 'cap', key: 'a', max: 5 },
      ],
      'phone',
    );
    const rows = (): unknown => {
      const file = new DatabaseSync(path, { readOnly: true });
      const found = file.prepare('SELECT (SELECT count(*) FROM bucket) + (SELECT count(*) FROM sent_count) AS n').get();
      file.close();
      return found?.['n'];
    };
    await journal.prune(0, 10);
    expect(rows()).toBe(2);
    clock.advance(86_400_000);
    await journal.prune(0, 10);
    expect(rows()).toBe(0);
  });
});

describe('verifying', () => {
  it.each([
    ["UPDATE message SET state = 'lost'", 'is in a state that is not known'],
    ["UPDATE message SET state = 'waiting', due_at = NULL", 'waits, and is never due'],
    ['UPDATE message SET due_at = 1', 'is due, though it is being sent or has ended'],
    ["UPDATE message SET state = 'sending'", 'is being sent without an attempt'],
    ["UPDATE message SET attempt_id = 'another'", 'is not its own'],
    ["UPDATE message SET state = 'failed'", 'is in another state than the last one'],
    ["UPDATE run SET state = 'lost'", 'run 1.0 is in a state that is not known'],
    ['UPDATE run SET is_claimed = 1', 'run 1.0 has ended, and is claimed'],
    ["UPDATE run SET state = 'pending', order_key = 'a', is_blocked = 1", 'nothing with its key is before it'],
    ['PRAGMA foreign_keys = OFF; DELETE FROM plan', 'a row of run names a plan that is not there'],
  ])('finds what %s did', async (sql, told) => {
    await (await filled(2)).close();
    const file = new DatabaseSync(path);
    file.exec(sql);
    file.close();
    expect((await open({ readOnly: true }).verify()).join('\n')).toContain(told);
  });

  it('tells a fault that is in many places once in a while, and counts the rest', async () => {
    await (await filled(30)).close();
    const file = new DatabaseSync(path);
    file.exec('UPDATE message SET due_at = 1');
    file.close();
    const told = await open({ readOnly: true }).verify();
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toBe('and 10 more of this kind');
  });

  it('finds a page that was overwritten', async () => {
    await (await filled(200)).close();
    const damaged = join(folder, 'damaged.db');
    copyFileSync(path, damaged);
    const file = new DatabaseSync(damaged);
    const page = Number(
      file.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'message_run'").get()?.['rootpage'],
    );
    file.close();
    const descriptor = openSync(damaged, 'r+');
    writeSync(descriptor, Buffer.alloc(200, 7), 0, 200, (page - 1) * 4096);
    closeSync(descriptor);
    const told = await open({ path: damaged, readOnly: true }).verify();
    expect(told[0]).toMatch(/^the file is damaged: /);
  });
});
