import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';
import { durabilityProject } from './world.ts';

/** Seeds of one run; RINGBOOK_SEEDS gives another number, RINGBOOK_SEED replays one. */
const SEEDS = Number(process.env['RINGBOOK_SEEDS'] ?? 1_000);

test(`on ${SEEDS} seeds, whatever fails and whenever the host dies, nothing is lost and nothing is sent twice unmarked`, async () => {
  const project = durabilityProject();
  const replayed = process.env['RINGBOOK_SEED'];
  const seeds = replayed === undefined ? Array.from({ length: SEEDS }, (_, seed) => seed + 1) : [Number(replayed)];
  const broken: string[] = [];
  let [deaths, sends, resends] = [0, 0, 0];
  for (const seed of seeds) {
    const simulated = await simulate(seed, project);
    deaths += simulated.deaths;
    sends += simulated.sends;
    resends += simulated.resends;
    if (simulated.wrong.length > 0) broken.push(`RINGBOOK_SEED=${seed} replays it: ${simulated.wrong.join('; ')}`);
  }
  console.log(`${seeds.length} seeds: ${sends} sends, ${deaths} deaths of a host, ${resends} marked resends`);
  expect(broken).toEqual([]);
}, 600_000);
