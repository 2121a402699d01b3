/**
 * Sends events over sockets of its own: a whole HTTP client would take more of the machine than what is measured.
 * Asked for `{ url, connections, ms }` it sends as fast as it is answered; for `{ url, count, connections }` so many; and for
 * `{ url, count, everyMs }` one every so often, whatever is answered.
 */
import { connect, type Socket } from 'node:net';
import { answer } from '../child.ts';
import { newEvents } from '../rules.ts';

interface Asked {
  readonly url: string;
  /** Of the events: `none` fires no rule. */
  readonly fires: 'one' | 'none';
  readonly connections: number;
  readonly ms?: number;
  readonly count?: number;
  readonly everyMs?: number;
}

interface Connection {
  readonly socket: Socket;
  /** Resolves when the answer is there; rejects for any but 202. */
  post(body: string): Promise<void>;
}

const events = newEvents(process.pid);

answer('ready', async (asked: Asked) => {
  const { hostname, port } = new URL(asked.url);
  const connections = await Promise.all(Array.from({ length: asked.connections }, () => open(hostname, Number(port))));
  const begun = performance.now();
  const more = async (): Promise<Connection> => {
    const connection = await open(hostname, Number(port));
    connections.push(connection);
    return connection;
  };
  const operations =
    asked.everyMs === undefined ? await flood(connections, asked) : await drip(connections, asked, more);
  const ms = performance.now() - begun;
  for (const { socket } of connections) socket.destroy();
  return { operations, ms };
});

async function flood(connections: readonly Connection[], { fires, ms = Infinity, count = Infinity }: Asked) {
  const until = performance.now() + ms;
  let sent = 0;
  const keepSending = async (connection: Connection) => {
    while (sent < count && performance.now() < until) {
      sent++;
      await connection.post(events(fires));
    }
  };
  await Promise.all(connections.map(keepSending));
  return sent;
}

/** On the beat, with one more connection where all wait for their answers. */
async function drip(
  connections: readonly Connection[],
  { fires, count = 0, everyMs = 1 }: Asked,
  more: () => Promise<Connection>,
) {
  const begun = performance.now();
  const free = [...connections];
  const posts: Promise<void>[] = [];
  for (let sent = 0; sent < count; sent++) {
    const wait = begun + sent * everyMs - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const connection = free.pop() ?? (await more());
    posts.push(connection.post(events(fires)).then(() => void free.push(connection)));
  }
  await Promise.all(posts);
  return count;
}

async function open(host: string, port: number): Promise<Connection> {
  const socket = connect(port, host).setNoDelay(true);
  let received = '';
  let waiting: { resolve: () => void; reject: (failure: Error) => void } | undefined;
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    const head = received.indexOf('\r\n\r\n');
    const length = /content-length: (\d+)/i.exec(received)?.[1];
    if (head === -1 || length === undefined || received.length < head + 4 + Number(length)) return;
    const isTaken = received.startsWith('HTTP/1.1 202');
    if (isTaken) waiting?.resolve();
    else waiting?.reject(new Error(`an event was not taken: ${received}`));
    received = '';
  });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.on('error', (failure) => waiting?.reject(failure));
  const head = `POST /events HTTP/1.1\r\nhost: ${host}:${port}\r\ncontent-type: application/cloudevents+json\r\n`;
  return {
    socket,
    post: (body) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`);
      }),
  };
}
