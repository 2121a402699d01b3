import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { journalContract } from '../../src/testing/journal.ts';

journalContract(
  'in memory',
  () => ({ open: (clock) => openSqliteJournal({ path: ':memory:', clock }), remove: () => {} }),
  false,
);

journalContract(
  'in a file',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'ringbook-journal-'));
    return {
      open: (clock) => openSqliteJournal({ path: join(folder, 'journal.db'), clock }),
      remove: () => rmSync(folder, { recursive: true }),
    };
  },
  true,
);
