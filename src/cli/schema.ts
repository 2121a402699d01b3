import { newRegistry } from '../plugin/registry.ts';
import { builtIn } from '../plugins/plugins.ts';
import { scenarioSchema } from '../scenario/read.ts';
import type { JsonSchema } from '../schema/schema.ts';
import { type Command, WrongUsage } from './command.ts';
import { opPages } from './op-page.ts';
import { resourceSchema } from './resource-schema.ts';
import { rulebookSchema } from './rulebook-schema.ts';

const SCHEMAS: Readonly<Record<string, () => JsonSchema>> = {
  rulebook: () => rulebookSchema(opPages(builtIn)),
  scenario: scenarioSchema,
  resource: () => resourceSchema(newRegistry(builtIn)),
};

export const schema: Command = {
  usage: 'schema [rulebook|scenario|resource]',
  about:
    'Prints the JSON Schema of rulebooks, made from the ops, that of scenarios, or that of resources. An editor with the YAML language server ' +
    'completes and explains by it where a file begins with: # yaml-language-server: $schema=../schemas/rulebook.json',
  words: 1,
  options: {},
  examples: [
    ['npx ringbook schema > schemas/rulebook.json', 'again whenever Ringbook, or a plugin, is updated'],
    ['npx ringbook schema scenario > schemas/scenario.json', 'that of *.scenario.yml'],
    [
      'npx ringbook schema resource > schemas/resource.json',
      'that of resources/, templates of text messages among them',
    ],
  ],
  run: async ([name = 'rulebook'], _, terminal) => {
    const make = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;
    if (!make) {
      throw new WrongUsage(`there is no schema "${name}"; the schemas are rulebook, scenario and resource`);
    }
    terminal.out(JSON.stringify(make(), undefined, 2));
    return 0;
  },
};
