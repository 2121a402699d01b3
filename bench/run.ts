/** `npm run bench` lists the benchmarks, `npm run bench -- <name> [--runs N]` runs one. They print; nothing here asserts. */
import { parseArgs } from 'node:util';
import { compile } from './compile.ts';
import { delivery } from './delivery.ts';
import { door } from './door.ts';
import { hosts } from './hosts.ts';
import { match } from './match.ts';
import type { Bench } from './measure.ts';
import { recovery } from './recovery.ts';
import { scenarios } from './scenarios.ts';

const BENCHES: Readonly<Record<string, Bench>> = { compile, match, door, delivery, hosts, recovery, scenarios };
/** Enough for a median that moves by less than the noise of a shared machine. */
const DEFAULT_RUNS = 15;
/** Past this a benchmark says what it left out, and ends. */
const MAX_SECONDS = 300;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { runs: { type: 'string' } } });
const [name] = positionals;
const runs = Number(values.runs ?? DEFAULT_RUNS);
const bench = name !== undefined && Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench && Number.isSafeInteger(runs) && runs > 0) {
  await bench.run({ runs, deadline: performance.now() + MAX_SECONDS * 1_000, say: (line) => console.log(line) });
} else {
  if (name !== undefined)
    console.error(bench ? '--runs takes a whole number above 0' : `there is no benchmark "${name}"`);
  console.log('npm run bench -- <name> [--runs N]\n');
  for (const [known, { about }] of Object.entries(BENCHES)) console.log(`  ${known}  ${about}`);
  process.exitCode = name === undefined ? 0 : 2;
}
