import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEventType } from '../../src/event/event-type.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { applyFixes } from '../../src/problem/fix.ts';
import type { Problem, Source } from '../../src/problem/problem.ts';
import { readResource } from '../../src/resource/read.ts';
import { compile } from '../../src/rulebook/compile.ts';
import type { JsonSchema } from '../../src/schema/schema.ts';
import { parseYaml } from '../../src/yaml/yaml.ts';
import { mutated } from './mutate.ts';

/** Mutants a run; `RINGBOOK_FUZZ` asks for more. */
const RUNS = Number(process.env['RINGBOOK_FUZZ'] ?? 10_000);
const SEED = Number(process.env['RINGBOOK_SEED'] ?? Date.now());
/** No rulebook of this size may take longer. */
const HANG_MS = 1_000;

const repository = new URL('../../', import.meta.url).pathname;
const registry = newRegistry(builtIn);

function sourcesIn(folder: string, ending: string): readonly Source[] {
  return readdirSync(join(repository, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(join(repository, folder, name), 'utf8') }));
}

const rulebooks = ['rulebooks', 'test/rulebook/ok', 'test/rulebook/err', 'test/rulebook/shared'].flatMap((folder) =>
  sourcesIn(folder, '.yml'),
);
const resources = sourcesIn('resources', '.yml');
const twilio = resources.find(({ file }) => file === 'resources/twilio_resource.yml')?.text ?? '';
const templates = sourcesIn('resources/templates', '.xml').map((source) => ({
  ...source,
  file: source.file.split('/').at(-1) ?? '',
}));
const schemas = sourcesIn('schemas/event', '.json');

const eventSchemas = new Map<string, JsonSchema>(
  schemas.flatMap((source) => {
    const { eventType } = readEventType(source);
    return eventType ? [[eventType.type, eventType.schema] as const] : [];
  }),
);

/** All problems of a rulebook, and of a resource and a template, beside the rest of this repository. */
function problemsOf(rulebook: string, resource?: string, template?: string): readonly Problem[] {
  const texts = new Map(templates.map((source) => [source.file, source]));
  if (template !== undefined) texts.set('incident.xml', { file: 'incident.xml', text: template });
  const read = readResource(parseYaml({ file: 'resources/twilio_resource.yml', text: resource ?? twilio }), {
    classNames: registry.resourceClassNames,
    templateNames: [...texts.keys()],
    settingsOf: (name) => registry.resourceClass(name)?.settings,
  });
  const byMid = new Map(read.resource ? [[read.resource.mid, read.resource]] : []);
  const file = parseYaml({ file: 'rulebooks/mutant.yml', text: rulebook });
  const { problems } = compile([file], { registry, resources: byMid, templates: texts, eventSchemas });
  return [...read.problems, ...problems];
}

function expectInside({ at, related = [], fix }: Problem): void {
  const spans = [
    ...(at ? [at] : []),
    ...related.map((other) => other.at),
    ...(fix?.edits.map((edit) => edit.at) ?? []),
  ];
  for (const { source, start, end } of spans) {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(source.text.length);
  }
}

function check<Values extends readonly string[]>(
  arbitrary: fc.Arbitrary<Values>,
  runs: number,
  look: (...values: Values) => void,
): void {
  console.log(`${runs} mutants, seed ${SEED}: RINGBOOK_SEED=${SEED} replays them`);
  const property = fc.property(arbitrary, (values) => {
    const begun = performance.now();
    look(...values);
    expect(performance.now() - begun).toBeLessThan(HANG_MS);
  });
  fc.assert(property, { numRuns: runs, seed: SEED });
}

test('no mutant of a rulebook throws, hangs, or has a problem outside of its file', { timeout: 300_000 }, () => {
  check(fc.tuple(mutated(rulebooks.map(({ text }) => text))), RUNS, (rulebook) => {
    for (const problem of problemsOf(rulebook)) expectInside(problem);
  });
});

test('nor does one of a resource or of a template', { timeout: 300_000 }, () => {
  const incident = rulebooks.find(({ file }) => file === 'rulebooks/incident.yml')?.text ?? '';
  const arbitrary = fc.tuple(mutated(resources.map(({ text }) => text)), mutated(templates.map(({ text }) => text)));
  check(arbitrary, RUNS / 10, (resource, template) => {
    for (const problem of [...problemsOf(incident, resource), ...problemsOf(incident, undefined, template)])
      expectInside(problem);
  });
});

test('what is fixed is never worse than it was: what could be read still can, and there is an end to it', {
  timeout: 300_000,
}, () => {
  const incident = rulebooks.find(({ file }) => file === 'rulebooks/incident.yml')?.text ?? '';
  let fixed = 0;
  const scripts = mutated(templates.map(({ text }) => text.replace('<?xml', '<?XML')));
  check(fc.tuple(mutated(rulebooks.map(({ text }) => text)), scripts), RUNS / 10, (rulebook, template) => {
    fixed += fixAll(rulebook, 'rulebooks/mutant.yml', problemsOf);
    fixed += fixAll(template, 'incident.xml', (text) => problemsOf(incident, undefined, text));
  });
  expect(fixed).toBeGreaterThan(RUNS / 100);
});

/** Fixes a text until nothing is left to fix, and returns how often it was. Mending one mistake may uncover another. */
function fixAll(text: string, file: string, look: (text: string) => readonly Problem[]): number {
  let [mended, rounds] = [text, 0];
  for (let problems = look(mended); ; problems = look(mended)) {
    const [next] = applyFixes(problems).filter(({ source }) => source.file === file);
    if (!next) return rounds;
    if (!problems.some(isUnreadable)) expect(look(next.text).filter(isUnreadable)).toEqual([]);
    mended = next.text;
    expect(++rounds).toBeLessThan(50);
  }
}

/** Neither YAML nor XML. */
function isUnreadable({ code, severity }: Problem): boolean {
  return severity === 'error' && (code === 'RB0002' || code === 'RB0003' || code === 'RB0402');
}
