/** A Redis of its own in a folder, with every write on the disk: `node redis.js <folder> <port>`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { answer } from '../child.ts';

const [folder, port] = process.argv.slice(2);
const options = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'];
const redis = spawn('redis-server', [...options, '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'], {
  stdio: 'ignore',
});
redis.once('error', (error) => {
  console.error(`redis-server cannot be started: ${error.message}`);
  process.exit(1);
});
while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 50));
answer(
  port,
  () => ({}),
  async () => {
    redis.kill();
    await once(redis, 'exit');
  },
);

async function isThere() {
  const socket = connect(Number(port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
