import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { contextOf } from '../../src/cli/check-scenarios.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import { compare } from '../../src/scenario/compare.ts';
import { readScenarios } from '../../src/scenario/read.ts';
import type { Outcome } from '../../src/scenario/scenario.ts';
import { updated } from '../../src/scenario/update.ts';
import { repository } from '../cli/ringbook.ts';
import { mutated } from '../rulebook/mutate.ts';

/** Mutants a run. */
const RUNS = 2_000;
const SEED = Number(process.env['RINGBOOK_SEED'] ?? Date.now());

const context = contextOf(loadProject(repository, newRegistry(builtIn)));
const corpus = ['rulebooks', 'test/scenario/golden'].flatMap((folder) =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith('.scenario.yml'))
    .map((name) => readFileSync(join(repository, folder, name), 'utf8')),
);

const OUTCOME: Outcome = {
  calls: [],
  messages: [{ fields: { to: '+34611222333', from: '+34666555777', text: 'new: words', ends: 'delivered' } }],
  requests: [],
  failures: [{ fields: { rule: 'incident', error: 'it broke' } }],
};

test('no mutant of a file of scenarios throws, or has a problem outside of it', () => {
  fc.assert(
    fc.property(mutated(corpus), (text) => {
      for (const { at } of readScenarios({ file: 'a.scenario.yml', text }, context).problems) {
        expect(at?.start).toBeGreaterThanOrEqual(0);
        expect(at?.end).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

test('what is updated expects what happened, whatever the file looks like, or is left as it is', () => {
  let written = 0;
  fc.assert(
    fc.property(mutated(corpus), (text) => {
      const source = { file: 'a.scenario.yml', text };
      const { scenarios } = readScenarios(source, context);
      if (scenarios.length === 0) return;
      const happened = scenarios.map((scenario) => ({ scenario, outcome: OUTCOME }));
      const after = updated(source, happened, context);
      if (after === undefined) return;
      written++;
      const read = readScenarios({ ...source, text: after }, context);
      expect(read.scenarios.map(({ expected }) => compare(expected, OUTCOME))).toEqual(scenarios.map(() => []));
      // Nothing is left to write.
      expect(updated({ ...source, text: after }, happened, context)).toBe(after);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  console.log(`${written} of ${RUNS} mutants were updated, seed ${SEED}: RINGBOOK_SEED=${SEED} replays them`);
  expect(written).toBeGreaterThan(0);
});
