import { scenarioSchema } from '../scenario/read.ts';
import { type Command, PROJECT, WrongUsage } from './command.ts';
import { opPages } from './op-page.ts';
import { projectRegistry } from './project-registry.ts';
import { rulebookSchema } from './rulebook-schema.ts';

export const schema: Command = {
  usage: 'schema [rulebook|scenario] [--project DIR]',
  about:
    'Prints the JSON Schema of rulebooks, made from the ops, or that of scenarios. An editor with the YAML language server ' +
    'completes and explains by it where a file begins with: # yaml-language-server: $schema=../schemas/rulebook.json',
  words: 1,
  options: { project: PROJECT },
  examples: [
    ['npx ringbook schema > schemas/rulebook.json', 'again whenever Ringbook, or a plugin, is updated'],
    ['npx ringbook schema scenario > schemas/scenario.json', 'that of *.scenario.yml'],
  ],
  run: async ([name = 'rulebook'], options, terminal) => {
    if (name !== 'rulebook' && name !== 'scenario') {
      throw new WrongUsage(`there is no schema "${name}"; the schemas are rulebook and scenario`);
    }
    const printed =
      name === 'scenario'
        ? scenarioSchema()
        : rulebookSchema(opPages((await projectRegistry(options, terminal)).plugins));
    terminal.out(JSON.stringify(printed, undefined, 2));
    return 0;
  },
};
