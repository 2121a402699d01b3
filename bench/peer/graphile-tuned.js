/** graphile-worker tuned by hand: jobs added in batches, a local queue, undici: `node graphile-tuned.js <provider> <database>`. */
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { listenForEvents } from './door.js';
import { newBatches, newTunedSender } from './tuned.js';

const [provider, connectionString] = process.argv.slice(2);
const logger = new Logger(() => (level, message) => (level === 'error' ? console.error(message) : undefined));
const utils = await makeWorkerUtils({ connectionString, logger });
const add = newBatches((events) =>
  utils.addJobs(events.map((payload) => ({ identifier: 'tuned', payload, maxAttempts: 3 }))),
);
const runner = await run({
  preset: {
    worker: {
      connectionString,
      logger,
      concurrentJobs: 200,
      localQueue: { size: 500 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    },
  },
  noHandleSignals: true,
  taskList: { tuned: newTunedSender(provider) },
});

listenForEvents(add, async () => {
  await runner.stop();
  await utils.release();
});
