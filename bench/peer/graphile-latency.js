/** How long a job of graphile-worker takes from its adding to its start, with nothing else to do: `node graphile-latency.js <database>`. */
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { answer } from '../child.ts';

/** As the other apps have. */
const CONCURRENCY = 50;

const [connectionString] = process.argv.slice(2);
const logger = new Logger(() => (level, message) => (level === 'error' ? console.error(message) : undefined));
let latenciesUs = [];
const utils = await makeWorkerUtils({ connectionString, logger });
const runner = await run({
  connectionString,
  logger,
  concurrency: CONCURRENCY,
  maxPoolSize: CONCURRENCY,
  noHandleSignals: true,
  taskList: {
    told: ({ atNs }) => void latenciesUs.push(Number((process.hrtime.bigint() - BigInt(atNs)) / 1_000n)),
  },
});

answer('ready', measure, async () => {
  await runner.stop();
  await utils.release();
});

async function measure({ count, everyMs }) {
  latenciesUs = [];
  const begun = performance.now();
  const adding = [];
  for (let added = 0; added < count; added++) {
    const wait = begun + added * everyMs - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    adding.push(utils.addJob('told', { atNs: String(process.hrtime.bigint()) }));
  }
  await Promise.all(adding);
  while (latenciesUs.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
  return { latenciesUs };
}
