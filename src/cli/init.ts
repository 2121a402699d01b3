import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtIn } from '../plugins/plugins.ts';
import { reasonOf } from '../problem/problem.ts';
import { scenarioSchema } from '../scenario/read.ts';
import type { JsonSchema } from '../schema/schema.ts';
import type { Command, Terminal } from './command.ts';
import { opPages } from './op-page.ts';
import { rulebookSchema } from './rulebook-schema.ts';

/** What is written, as files: see there. A name that begins with `dot-` stands for one with a dot, which npm would not pack. */
const STARTER = fileURLToPath(new URL('starter/', import.meta.url));
/** Where the first lines of rulebooks and scenarios say that their schemas are. */
const RULEBOOK_SCHEMA = 'schemas/rulebook.json';
const SCENARIO_SCHEMA = 'schemas/scenario.json';

/** Fits schemas/event/new-user.json of the starter; quoted for a POSIX shell. */
const EMIT = `npx ringbook emit new-user --data '{"username":"ana","realname":"Ana","phone":"+34777666555"}'`;

export const init: Command = {
  usage: 'init [folder]',
  about:
    'Writes a project that runs: a rulebook with its scenarios, the resource and template it names, the schema of its event, ' +
    'schemas by which editors complete, and a check for GitHub Actions. What is there already is left alone.',
  words: 1,
  options: {},
  examples: [
    ['npx ringbook init', 'here'],
    ['npx ringbook init phones', 'in a folder of its own'],
  ],
  run: async ([name = '.'], _, terminal) => {
    const folder = resolve(terminal.folder, name);
    const files = filesToWrite();
    // A .gitignore is in most folders, and rarely in the way: its owner is told what to add.
    const taken = [...files.keys()].filter((file) => existsSync(join(folder, file)) && file !== '.gitignore');
    if (taken.length > 0) {
      terminal.err(`nothing was written: ${taken.join(', ')} ${taken.length === 1 ? 'is' : 'are'} there already`);
      terminal.err('ringbook init <folder> takes another folder.');
      return 1;
    }
    const hadGitignore = existsSync(join(folder, '.gitignore'));
    for (const [file, text] of files) {
      if (file === '.gitignore' && hadGitignore) continue;
      const failure = write(join(folder, file), text);
      if (failure !== undefined) {
        terminal.err(`${join(name, file)} cannot be written: ${failure}`);
        return 1;
      }
      terminal.out(`wrote ${join(name, file)}`);
    }
    if (hadGitignore) terminal.out('kept .gitignore: add .ringbook/ to it, where the journal will be');
    sayWhatIsNext(relative(terminal.folder, folder), terminal);
    return 0;
  },
};

/** Every file by its path in the project. */
function filesToWrite(): ReadonlyMap<string, string> {
  const files = readdirSync(STARTER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [nameOf(path), readFileSync(path, 'utf8')] as const);
  const schemas = [
    [RULEBOOK_SCHEMA, inJson(rulebookSchema(opPages(builtIn)))],
    [SCENARIO_SCHEMA, inJson(scenarioSchema())],
  ] as const;
  return new Map([...files, ...schemas].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function inJson(schema: JsonSchema): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function nameOf(path: string): string {
  return relative(STARTER, path)
    .replaceAll('\\', '/')
    .replaceAll(/(^|\/)dot-/g, '$1.');
}

/** Writes a new file, and says why where it cannot; one that has come to be in the meantime is left alone, too. */
function write(path: string, text: string): string | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
    return undefined;
  } catch (failure) {
    return reasonOf(failure);
  }
}

function sayWhatIsNext(folder: string, terminal: Terminal): void {
  terminal.out('\nNext:');
  if (folder !== '') terminal.out(`  cd ${folder}`);
  terminal.out('  npx ringbook check');
  terminal.out('  npx ringbook test');
  terminal.out('  npx ringbook start');
  terminal.out(`and, in a second terminal:\n  ${EMIT}`);
}
