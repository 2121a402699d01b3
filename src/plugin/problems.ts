/** The wording of problems with the plugins of a project. */
import { error, type Problem } from '../problem/problem.ts';
import { inPublic } from './answer.ts';
import { isPath, type NamedPlugin } from './entry.ts';
import { PLUGIN_API } from './plugin.ts';

export function notFound({ name, at }: NamedPlugin): Problem {
  const help = isPath(name)
    ? 'a folder is named from where ringbook.yml is; ringbook plugin new <name> writes one'
    : `install it: npm install ${name}; a folder is named as ./${name}`;
  return error('RB0901', `the plugin "${name}" is not there`, at, help);
}

export function noEntry({ name, at }: NamedPlugin): Problem {
  const help = 'name it by "exports" in its package.json, or call it plugin.js';
  return error('RB0901', `the plugin "${name}" has no file that it begins with`, at, help);
}

export function broken({ name, at }: NamedPlugin, why: string): Problem {
  // Node adds where it was imported from, which the place of this problem says better.
  const reason = inPublic(why.replace(/ imported from .*/s, '').trim());
  return error('RB0901', `the plugin "${name}" cannot be loaded: ${reason}`, at);
}

export function notAPlugin({ name, at }: NamedPlugin, words: string): Problem {
  const help = 'docs/plugins.md says what a plugin is; its types are in ringbook/plugin';
  return error('RB0902', `"${name}" is not a plugin: ${words}`, at, help);
}

export function otherApi({ name, at }: NamedPlugin, found: string): Problem {
  const help =
    found === 'none'
      ? `give it api: ${PLUGIN_API}, the version of ringbook/plugin that it is written for`
      : `take a version of the plugin, or of Ringbook, that goes with the other`;
  const message = `the plugin "${name}" is written for version ${found} of ringbook/plugin, and this is ${PLUGIN_API}`;
  const none = `the plugin "${name}" does not say which version of ringbook/plugin it is written for`;
  return error('RB0903', found === 'none' ? none : message, at, help);
}

export function sameName({ name, at }: NamedPlugin, plugin: string): Problem {
  return error('RB0904', `the plugin "${name}" is called ${plugin}, as another one is`, at, 'leave one of the two out');
}

export function taken({ name, at }: NamedPlugin, what: string, other: string): Problem {
  const message = `the plugin "${name}" brings ${what}, which the plugin ${other} has brought`;
  return error('RB0904', message, at, 'leave one of the two out, or rename what it brings');
}

export function badSchema({ name, at }: NamedPlugin, file: string, words: string): Problem {
  return error('RB0905', `the schema ${file} of the plugin "${name}" ${words}`, at);
}
