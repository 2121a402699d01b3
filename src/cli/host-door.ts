import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { JournalInUse } from '../journal/journal.ts';
import { lockJournal } from '../journal/sqlite/lock.ts';
import { loadProject, readSettings } from '../project.ts';
import { type Options, type Terminal, textOf } from './command.ts';
import { addressBeside } from './host-address.ts';
import type { Door } from './host-client.ts';
import { isDatabase, journalPlace, openForReading } from './open-journal.ts';

/**
 * Calls `use` with the host of the journal. Where none runs, one is started for as long as `use` takes, which does what it is
 * asked and nothing else. Rejects with `ProblemsFound`.
 */
export async function withHost(
  options: Options,
  terminal: Terminal,
  use: (door: Door) => Promise<number>,
): Promise<number> {
  const url = textOf(options, 'url');
  if (url !== undefined) return use({ url, help: 'start one with: npx ringbook start', isRunning: true });
  const folder = resolve(terminal.folder, textOf(options, 'project') ?? '.');
  const config = readSettings(folder);
  const journalPath = journalPlace(textOf(options, 'journal') ?? config.journal, terminal);
  // Throws where there is no journal: nothing in it could be meant.
  await (await openForReading(journalPath)).close();
  // A database may have any number of hosts: this command is one more.
  if (!isDatabase(journalPath) && isInUse(journalPath)) {
    const help = `a host writes to ${journalPath}: say where it listens with --url`;
    return use({ url: addressBeside(journalPath) ?? `http://127.0.0.1:${config.port}`, help, isRunning: true });
  }
  return withOwnHost(folder, journalPath, terminal, use);
}

function isInUse(journalPath: string): boolean {
  try {
    // By its real path: two names for one file must meet at one lock.
    lockJournal(realpathSync(journalPath))();
    return false;
  } catch (failure) {
    if (failure instanceof JournalInUse) return true;
    throw failure;
  }
}

async function withOwnHost(
  folder: string,
  journalPath: string,
  { environment }: Terminal,
  use: (door: Door) => Promise<number>,
): Promise<number> {
  const { registryOf } = await import('../registry-of.ts');
  const { launch } = await import('./launch.ts');
  const registry = await registryOf(folder);
  const project = loadProject(folder, registry);
  const launched = await launch({ project, registry, journalPath, port: 0, environment, isAtRest: true });
  try {
    return await use({ url: launched.host.url, help: 'this is a bug in Ringbook', isRunning: false });
  } finally {
    await launched.stop();
  }
}
