import { didYouMean } from '../problem/problem.ts';
import { type Command, PROJECT, WrongUsage } from './command.ts';

/** Each is loaded when it is asked for. */
const VERBS: Readonly<Record<string, { readonly options: readonly string[]; load(): Promise<Command['run']> }>> = {
  list: { options: ['json', 'project'], load: async () => (await import('./plugin-list.ts')).listPlugins },
  new: { options: ['project'], load: async () => (await import('./plugin-new.ts')).newPlugin },
  test: { options: ['project'], load: async () => (await import('./plugin-test.ts')).testPlugins },
};

export const plugin: Command = {
  usage: 'plugin [list | new <name> | test [name]] [--json] [--project DIR]',
  about:
    'Plugins bring ops, classes of resources, providers and sources of events; ringbook.yml names those of a project under ' +
    '`plugins`. Lists them, writes a new one that passes its tests, or holds them against the contract.',
  words: 2,
  options: { json: { about: 'list: for a script' }, project: PROJECT },
  examples: [
    ['npx ringbook plugin list', 'those of Ringbook and of this project, and what they bring'],
    ['npx ringbook plugin new gateway', 'writes plugins/gateway, with a provider, an op and their tests'],
    ['npx ringbook plugin test', 'all that ringbook.yml names'],
    ['npx ringbook plugin test ./plugins/gateway', 'one, by its name or folder'],
  ],
  run: async ([name = 'list', ...words], options, terminal) => {
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (!verb) {
      const meant = didYouMean(name, Object.keys(VERBS));
      const help = meant === undefined ? `there are ${Object.keys(VERBS).join(', ')}` : `did you mean "${meant}"?`;
      throw new WrongUsage(`there is no "plugin ${name}"; ${help}`);
    }
    const foreign = Object.keys(options).find((option) => options[option] && !verb.options.includes(option));
    if (foreign !== undefined) throw new WrongUsage(`${name} takes no --${foreign}`);
    return (await verb.load())(words, options, terminal);
  },
};
