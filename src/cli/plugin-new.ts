import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reasonOf } from '../problem/problem.ts';
import { type Command, textOf, WrongUsage } from './command.ts';

/** What is written: see there. The ending is left away, and words such as `__name__` are filled in, in names as well. */
const STARTER = fileURLToPath(new URL('plugin-starter/', import.meta.url));
const ENDING = '.template';

/** `plugin new <name>` */
export const newPlugin: Command['run'] = async ([name], options, terminal) => {
  if (name === undefined) throw new WrongUsage('new needs the name of the plugin: ringbook plugin new gateway');
  if (!/^[a-z][a-z0-9-]*[a-z0-9]$/.test(name)) {
    throw new WrongUsage(`"${name}" is no name of a plugin: small letters, digits and dashes, a letter first`);
  }
  const project = resolve(terminal.folder, textOf(options, 'project') ?? '.');
  const folder = join(project, 'plugins', name);
  if (existsSync(folder)) {
    terminal.err(`nothing was written: ${relative(terminal.folder, folder)} is there already`);
    return 1;
  }
  for (const [file, text] of filesOf(name)) {
    const path = join(folder, file);
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { flag: 'wx' });
    } catch (failure) {
      terminal.err(`${relative(terminal.folder, path)} cannot be written: ${reasonOf(failure)}`);
      return 1;
    }
    terminal.out(`wrote ${relative(terminal.folder, path)}`);
  }
  terminal.out(`\nNext, in ringbook.yml:\n  plugins:\n    - ./plugins/${name}`);
  terminal.out('and:\n  npm install --save-dev ringbook vitest\n  npx ringbook plugin test');
  return 0;
};

/** Every file by its path in the folder of the plugin. */
function filesOf(name: string): readonly (readonly [string, string])[] {
  return readdirSync(STARTER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ENDING))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => [
      filled(relative(STARTER, path).slice(0, -ENDING.length), name),
      filled(readFileSync(path, 'utf8'), name),
    ]);
}

function filled(text: string, name: string): string {
  const words = name.split('-').filter((word) => word !== '');
  const pascal = words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join('');
  return text
    .replaceAll('__name__', name)
    .replaceAll('__op__', `${words.join('_')}_credit`)
    .replaceAll('__Class__', `${pascal}Config`)
    .replaceAll('__Title__', pascal)
    .replaceAll('__ENV__', words.join('_').toUpperCase());
}
