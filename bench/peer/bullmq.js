/** BullMQ, json-rules-engine, mustache and the SDK, as a user would write it: `node bullmq.js <provider> <redis port>`. */
import { Queue, Worker } from 'bullmq';
import { newSender } from './by-hand.js';
import { listenForEvents } from './door.js';

/** Jobs at once. */
const CONCURRENCY = 50;

const [provider, port] = process.argv.slice(2);
const connection = { host: '127.0.0.1', port: Number(port) };
const queue = new Queue('events', { connection });
const send = newSender(provider, CONCURRENCY);
const worker = new Worker('events', ({ data }) => send(data), { connection, concurrency: CONCURRENCY });
worker.on('failed', (_, error) => console.error(error.message));
await worker.waitUntilReady();

listenForEvents(
  (event) =>
    queue.add('event', event, {
      jobId: `${event.source} ${event.id}`,
      attempts: 3,
      backoff: { type: 'exponential', delay: 1_000 },
      removeOnComplete: 1_000,
    }),
  async () => {
    await worker.close();
    await queue.close();
  },
);
