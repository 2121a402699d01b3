import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { anEvent, PLAN, RUN } from '../../src/testing/journal-values.ts';
import { realClock } from '../../src/time/real.ts';
import { type Ended, inTemporaryFolder, ringbook } from './ringbook.ts';

const DAY_MS = 86_400_000;

/** A project's folder with a journal of two events, one of them a hundred days old; `use` may have it open or not. */
function withJournal(use: (folder: string, host: Journal) => Promise<void>): Promise<void> {
  return inTemporaryFolder(async (folder) => {
    let now = Date.now() - 100 * DAY_MS;
    const clock = { ...realClock, now: () => now };
    const host = openSqliteJournal({ path: join(folder, '.ringbook/journal.db'), clock });
    await host.keepPlan(PLAN);
    for (const id of ['old', 'new']) {
      const { runIds } = await host.appendEvent(anEvent({ id }), [RUN]);
      await host.finishRun(runIds[0] ?? '', { state: 'done' });
      now = Date.now();
    }
    try {
      await use(folder, host);
    } finally {
      await host.close();
    }
  });
}

function journal(folder: string, ...args: readonly string[]): Promise<Ended> {
  return ringbook(['journal', ...args], { folder }).ended;
}

async function eventsIn(path: string): Promise<readonly string[]> {
  const opened = openSqliteJournal({ path, clock: realClock, readOnly: true });
  const ids = (await opened.stories(10)).map(({ event }) => event.id);
  await opened.close();
  return ids;
}

describe('ringbook journal backup', () => {
  test('copies the journal beside the host that writes to it', () =>
    withJournal(async (folder) => {
      const { code, out, err } = await journal(folder, 'backup', 'copy.db');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^backup {4}\S+copy\.db \(\d\.\d MB\)\n$/);
      expect(await eventsIn(join(folder, 'copy.db'))).toEqual(['new', 'old']);
    }));

  test('tells a script where the copy is, and how large', () =>
    withJournal(async (folder) => {
      const { out } = await journal(folder, 'backup', 'copy.db', '--json');
      expect(JSON.parse(out)).toMatchObject({ backup: join(folder, 'copy.db'), bytes: expect.any(Number) });
    }));

  test('does not replace a file', () =>
    withJournal(async (folder, host) => {
      await host.backup(join(folder, 'copy.db'));
      const { code, err } = await journal(folder, 'backup', 'copy.db');
      expect(code).toBe(1);
      expect(err).toContain('error RB0706');
      expect(err).toContain('there is a file of that name');
    }));
});

describe('ringbook journal verify', () => {
  test('finds a journal in order beside the host that writes to it', () =>
    withJournal(async (folder) => {
      const { code, out } = await journal(folder, 'verify');
      expect(code).toBe(0);
      expect(out).toMatch(/^in order {2}\S+journal\.db\n$/);
    }));

  test.each([
    { to: 'people', args: [] },
    { to: 'scripts', args: ['--json'] },
  ])('tells $to what is not in order', ({ args }) =>
    withJournal(async (folder, host) => {
      await host.close();
      const file = new DatabaseSync(join(folder, '.ringbook/journal.db'));
      file.exec("UPDATE run SET state = 'lost' WHERE id = '1.0'");
      file.close();
      const { code, out, err } = await journal(folder, 'verify', ...args);
      const fault = 'run 1.0 is in a state that is not known';
      expect(code).toBe(1);
      if (args.length > 0) expect(JSON.parse(out)).toMatchObject({ faults: [fault] });
      else expect(err).toContain(fault);
    }),
  );
});

describe('ringbook journal prune', () => {
  test('removes what is older than it is told', () =>
    withJournal(async (folder, host) => {
      await host.close();
      const { out } = await journal(folder, 'prune', '--older-than', '200d');
      expect(out).toBe('pruned    0 events older than 200d, and all that came of them\n');
      expect(await eventsIn(join(folder, '.ringbook/journal.db'))).toHaveLength(2);
    }));

  test('removes what is older than thirty days', () =>
    withJournal(async (folder, host) => {
      await host.close();
      expect(JSON.parse((await journal(folder, 'prune', '--json')).out)).toMatchObject({ events: 1 });
      expect(await eventsIn(join(folder, '.ringbook/journal.db'))).toEqual(['new']);
    }));

  test('leaves a journal alone to which a host writes', () =>
    withJournal(async (folder) => {
      const { code, err } = await journal(folder, 'prune');
      expect(code).toBe(1);
      expect(err).toContain('is in use by another host; stop that one');
      expect(await eventsIn(join(folder, '.ringbook/journal.db'))).toHaveLength(2);
    }));
});

describe('ringbook journal', () => {
  test.each(['verify', 'prune', 'backup copy.db'])('%s makes no journal where there is none', (verb) =>
    inTemporaryFolder(async (folder) => {
      const { code, err } = await journal(folder, ...verb.split(' '));
      expect(code).toBe(1);
      expect(err).toContain('error RB0703');
      expect(existsSync(join(folder, '.ringbook'))).toBe(false);
    }),
  );

  test.each([
    ['', 'the verbs are backup, verify, prune and move'],
    ['mend', 'the verbs are backup, verify, prune and move'],
    ['backup', 'backup takes the name of a new file'],
    ['verify all', '"all" is more than verify takes'],
    ['prune --older-than old', '--older-than takes an age such as 90d or 12h, and not "old"'],
  ])('says what it takes after "%s"', (words, told) =>
    inTemporaryFolder(async (folder) => {
      const { code, err } = await journal(folder, ...words.split(' ').filter((word) => word !== ''));
      expect(code).toBe(2);
      expect(err).toContain(told);
    }),
  );

  test('--help shows examples', async () => {
    const { code, out } = await journal('.', '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/Examples:\n {2}# .+\n {2}npx ringbook journal /);
  });
});
