import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Journal, JournalInUse, JournalMissing, JournalUnusable } from '../../src/journal/journal.ts';
import { assertSqliteVersion } from '../../src/journal/sqlite/database.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { anEvent, appendOne, countingClock, draftOf, PLAN } from '../../src/testing/journal-values.ts';

let folder: string;
let path: string;
let opened: Journal[];
let hosts: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringbook-journal-'));
  path = join(folder, 'journal.db');
  opened = [];
  hosts = [];
});

afterEach(async () => {
  for (const host of hosts) host.kill('SIGKILL');
  for (const journal of opened) await journal.close();
  rmSync(folder, { recursive: true });
});

function open(options: { path?: string; readOnly?: boolean } = {}): Journal {
  const journal = openSqliteJournal({ path, clock: countingClock(), ...options });
  opened.push(journal);
  return journal;
}

it('makes the folder of the file', async () => {
  const journal = open({ path: join(folder, 'a', 'b', 'journal.db') });
  await journal.keepPlan(PLAN);
  expect(await journal.plan(PLAN.hash)).toEqual(PLAN);
});

it('writes ahead to a log', async () => {
  open();
  const file = new DatabaseSync(path, { readOnly: true });
  expect(file.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  file.close();
});

it.each(['3.51.2', '3.9.0', '2.99.99'])('refuses SQLite %s, which may lose commits', (version) => {
  expect(() => assertSqliteVersion(path, version)).toThrow('3.51.3 or later is needed');
});

it.each(['3.51.3', '3.52.0', '4.0.0'])('takes SQLite %s', (version) => {
  expect(() => assertSqliteVersion(path, version)).not.toThrow();
});

it('refuses a second host by name', async () => {
  open();
  expect(() => open()).toThrow(JournalInUse);
  expect(() => open()).toThrow(`the journal ${path} is in use by another host`);
});

it('refuses a second host that comes by a symbolic link', () => {
  open();
  const link = join(folder, 'link.db');
  symlinkSync(path, link);
  expect(() => open({ path: link })).toThrow(JournalInUse);
});

it('lets the next host in once it is closed, and may be closed twice', async () => {
  const first = open();
  await first.close();
  await first.close();
  expect(await open().messages(1)).toEqual([]);
});

it('lets the next host in when the first was killed, with all that was acknowledged', async () => {
  const host = await startHost();
  expect(() => open()).toThrow(JournalInUse);
  host.kill('SIGKILL');
  await once(host, 'exit');
  const journal = open();
  expect((await journal.stories(10)).map(({ event }) => event.id)).toEqual(['from the child']);
});

it('is read after the host was killed, before another comes', async () => {
  const host = await startHost();
  host.kill('SIGKILL');
  await once(host, 'exit');
  expect(await open({ readOnly: true }).stories(10)).toHaveLength(1);
});

it('is read while a host writes to it', async () => {
  const host = open();
  await host.keepPlan(PLAN);
  const reader = open({ readOnly: true });
  expect(await reader.messages(10)).toEqual([]);
  const { runId } = await appendOne(host);
  await host.intendMessage(draftOf(runId));
  expect((await reader.messages(10)).map(({ state }) => state)).toEqual(['waiting']);
});

it('is read when no host runs', async () => {
  const host = open();
  await host.keepPlan(PLAN);
  await appendOne(host);
  await host.close();
  expect(await open({ readOnly: true }).stories(10)).toHaveLength(1);
});

it('is not written to by who reads', async () => {
  open();
  await expect(open({ readOnly: true }).keepPlan(PLAN)).rejects.toThrow('readonly');
});

it('is missing for a reader when no host ever wrote it', () => {
  expect(() => open({ readOnly: true })).toThrow(JournalMissing);
  expect(() => open({ readOnly: true })).toThrow(path);
});

it('refuses the file of a newer Ringbook, and leaves it as it is', async () => {
  await open().close();
  const file = new DatabaseSync(path);
  file.exec('PRAGMA user_version = 9999');
  file.close();
  expect(() => open()).toThrow(/a newer Ringbook wrote it \(form 9999/);
  expect(() => open({ readOnly: true })).toThrow(JournalUnusable);
});

it('refuses the database of another program, and leaves it as it is', () => {
  const file = new DatabaseSync(path);
  file.exec('CREATE TABLE theirs (x)');
  expect(() => open()).toThrow('a database of another program');
  expect(file.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'theirs' }]);
  file.close();
});

it('refuses a file that is no database, and a path that is a folder', () => {
  writeFileSync(path, 'not a database, but long enough to be looked at by SQLite '.repeat(40));
  expect(() => open()).toThrow(JournalUnusable);
  expect(() => open({ path: folder })).toThrow('it is a folder');
});

it('lets go of the file that it refused', () => {
  writeFileSync(path, 'x'.repeat(4096));
  expect(() => open()).toThrow(JournalUnusable);
  rmSync(path);
  open();
});

/** Another process that opens the journal, takes an event, and stays. */
async function startHost(): Promise<ChildProcess> {
  const script = `
    const { openSqliteJournal } = await import(${JSON.stringify(import.meta.resolve('../../src/journal/sqlite/sqlite.ts'))});
    const journal = openSqliteJournal({ path: ${JSON.stringify(path)}, clock: Date });
    await journal.appendEvent(${JSON.stringify(anEvent({ id: 'from the child' }))}, []);
    process.stdout.write('ready');
    // Keeps the journal from being collected, and with it the lock.
    setInterval(() => journal, 1000);
  `;
  const host = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  hosts.push(host);
  await once(host.stdout, 'data');
  return host;
}
