import { afterAll, beforeAll } from 'vitest';
import { openPostgresJournal } from '../../src/journal/postgres/postgres.ts';
import { journalContract } from '../../src/testing/journal.ts';
import { opening, type PostgresServer, startPostgres } from './postgres-server.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
}, 60_000);

afterAll(async () => {
  await server.stop();
}, 60_000);

journalContract(
  'in PostgreSQL',
  () => {
    const database = server.newDatabase();
    return {
      open: (clock) => opening(database.then((url) => openPostgresJournal({ url, clock }))),
      remove: () => void database.then((url) => server.giveBack(url)),
    };
  },
  true,
);
