/** graphile-worker, json-rules-engine, mustache and the SDK, as a user would write it: `node graphile.js <provider> <database>`. */
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { newSender } from './by-hand.js';
import { listenForEvents } from './door.js';

/** Jobs at once. */
const CONCURRENCY = 50;

const [provider, connectionString] = process.argv.slice(2);
const logger = new Logger(() => (level, message) => (level === 'error' ? console.error(message) : undefined));
const send = newSender(provider, CONCURRENCY);
const utils = await makeWorkerUtils({ connectionString, logger, maxPoolSize: 10 });
const runner = await run({
  connectionString,
  logger,
  concurrency: CONCURRENCY,
  maxPoolSize: CONCURRENCY,
  noHandleSignals: true,
  taskList: { event: send },
});

listenForEvents(
  (event) => utils.addJob('event', event, { maxAttempts: 3 }),
  async () => {
    await runner.stop();
    await utils.release();
  },
);
