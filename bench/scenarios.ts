import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bench, measureInTurn, table } from './measure.ts';

const repository = fileURLToPath(new URL('../', import.meta.url));

/** Scenarios of one run; the first is what a process costs by itself. */
const COUNTS = [1, 200];
/** Each run takes seconds. */
const MOST_RUNS = 5;

/** `ringbook test` from the start of its process to the end: each scenario with a host and a phone network of its own. */
export const scenarios: Bench = {
  about: '`ringbook test` of 200 scenarios, each with a call, a text message and their callbacks',
  run: async (options) => {
    const folder = mkdtempSync(join(tmpdir(), 'ringbook-bench-'));
    try {
      const subjects = COUNTS.map((count) => ({
        name: `ringbook test, ${count} scenario${count === 1 ? '' : 's'}`,
        args: [join(repository, 'bin/ringbook.js'), 'test'],
        folder: projectOf(folder, count),
      }));
      const measured = measureInTurn(subjects, { ...options, runs: Math.min(options.runs, MOST_RUNS) });
      options.say(`A whole process (${cpus().length} cores, Node.js ${process.versions.node}):`);
      const rows = measured.map(({ name, medianMs, leastMs, runs }) => [
        name,
        medianMs.toFixed(0),
        leastMs.toFixed(0),
        String(runs),
      ]);
      for (const line of table([['', 'median ms', 'least', 'runs'], ...rows])) options.say(line);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The example of the README, with this many scenarios. */
function projectOf(folder: string, count: number): string {
  const project = join(folder, String(count));
  for (const part of ['resources', 'schemas/event', 'rulebooks/new-user.yml']) {
    cpSync(join(repository, part), join(project, part), { recursive: true });
  }
  const all = Array.from({ length: count }, (_, number) => scenarioOf(number));
  writeFileSync(join(project, 'rulebooks/new-user.scenario.yml'), `scenarios:${all.join('')}\n`);
  return project;
}

function scenarioOf(number: number): string {
  return `
  - name: number ${number}
    when:
      - event: new-user
        data: { username: user${number}, realname: Ana, phone: '+34611222333' }
    then:
      calls:
        - to: '+34777666555'
          from: '+34666555777'
          hears: Ana has just signed up, under the user name user${number}.
      messages:
        - to: '+34611222333'
          from: '+34666555777'
          text: Welcome, Ana! Your account user${number} is ready.`;
}
