import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** A journal in memory has no neighbour on the disk. */
const IN_MEMORY = ':memory:';

/**
 * Writes down, beside a journal, where its host listens: a port is given on the command line, and two projects may have the
 * same one in their settings. Returns what takes the note away. One that a killed host left behind misleads nobody: it counts
 * only while the journal is in use.
 */
export function leaveAddress(journalPath: string, url: string): () => Promise<void> {
  if (journalPath === IN_MEMORY) return async () => undefined;
  writeFileSync(noteOf(journalPath), `${url}\n`);
  return async () => rmSync(noteOf(journalPath), { force: true });
}

/** Where the host of a journal listens, as it wrote down itself; undefined where it did not. */
export function addressBeside(journalPath: string): string | undefined {
  try {
    return /^http:\/\/\S+$/.exec(readFileSync(noteOf(journalPath), 'utf8').trim())?.[0];
  } catch {
    return undefined;
  }
}

function noteOf(journalPath: string): string {
  return `${journalPath}-host`;
}
