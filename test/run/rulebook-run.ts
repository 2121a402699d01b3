import { newHttpClient } from '../../src/http/client.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { NotSent } from '../../src/message/message.ts';
import type { Registry } from '../../src/plugin/plugin.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { hasErrors } from '../../src/problem/problem.ts';
import { compile } from '../../src/rulebook/compile.ts';
import { newEvaluator, valueIn } from '../../src/rulebook/evaluate.ts';
import { type Execution, executeRun, type RunEnd } from '../../src/run/execute.ts';
import type { JsonObject, JsonSchema } from '../../src/schema/schema.ts';
import type { Clock } from '../../src/time/time.ts';
import { parseYaml } from '../../src/yaml/yaml.ts';

const SCHEMA: JsonSchema = {
  type: 'object',
  required: ['name', 'names', 'count'],
  properties: {
    name: { type: 'string' },
    names: { type: 'array', items: { type: 'string' } },
    count: { type: 'integer' },
    note: { type: 'string' },
  },
};

const DATA: JsonObject = { name: 'Ana', names: ['ana', 'bob', 'eva'], count: 2 };

const builtInRegistry = newRegistry(builtIn);

/** A rulebook at work on one event of type `happened`, with a clock of the test's own. */
export interface RulebookRun {
  /** What `log` was given, in order. */
  readonly lines: readonly string[];
  /** Takes the run as far as it goes. */
  go(): Promise<RunEnd>;
  pass(ms: number): void;
}

/** Compiles a rulebook of one rule, with the files that it imports, and journals a run of it. */
export async function runOf(
  text: string,
  imports: Readonly<Record<string, string>> = {},
  data: JsonObject = DATA,
  registry: Registry = builtInRegistry,
): Promise<RulebookRun> {
  const file = parseYaml({ file: 'rulebooks/test.yml', text });
  const { plan, problems } = compile([file], {
    registry,
    resources: new Map(),
    templates: new Map(),
    eventSchemas: new Map([['happened', SCHEMA]]),
    imports: Object.entries(imports).map(([name, content]) => parseYaml({ file: `rulebooks/${name}`, text: content })),
  });
  if (hasErrors(problems)) throw new Error(pretty(problems, false));
  let now = 1_000;
  const clock: Clock = { now: () => now, sleep: async () => {} };
  const journal = openSqliteJournal({ path: ':memory:', clock });
  await journal.keepPlan(plan);
  const event = { id: '1', source: 'test', type: 'happened', time: '2026-11-21T10:00:00Z', data };
  const rule = plan.rules.find(({ on }) => on.includes('happened'));
  const { runIds } = await journal.appendEvent(event, [{ rule: rule?.name ?? '', planHash: plan.hash }]);
  const lines: string[] = [];
  const execution: Execution = {
    journal,
    registry,
    resources: new Map(),
    http: newHttpClient(),
    evaluate: newEvaluator(),
    valueIn,
    now: () => now,
    deliver: async () => {
      throw new NotSent('nobody is there');
    },
    log: (line) => lines.push(line.replace(/^\S+ /, '')),
    planOf: (hash) => journal.plan(hash),
  };
  return {
    lines,
    go: () =>
      executeRun(
        {
          run: { id: runIds[0] ?? '', eventId: 1, rule: rule?.name ?? '', planHash: plan.hash, state: 'pending' },
          event,
          tries: 1,
          isFresh: false,
        },
        execution,
        new AbortController().signal,
      ),
    pass: (ms) => {
      now += ms;
    },
  };
}

/** What a rulebook logs, and how its run ends. */
export async function linesOf(
  text: string,
  imports: Readonly<Record<string, string>> = {},
  data?: JsonObject,
): Promise<readonly string[]> {
  const run = await runOf(text, imports, data);
  const end = await run.go();
  return [...run.lines, end.state === 'failed' ? `failed: ${end.error}` : end.state];
}
