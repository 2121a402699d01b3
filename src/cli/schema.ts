import type { Registry } from '../plugin/plugin.ts';
import { scenarioSchema } from '../scenario/read.ts';
import type { JsonSchema } from '../schema/schema.ts';
import { type Command, PROJECT, WrongUsage } from './command.ts';
import { opPages } from './op-page.ts';
import { projectRegistry } from './project-registry.ts';
import { resourceSchema } from './resource-schema.ts';
import { rulebookSchema } from './rulebook-schema.ts';

/** By the registry of the project that they are for; that of scenarios is the same for all. */
const SCHEMAS: Readonly<Record<string, (registry: () => Promise<Registry>) => Promise<JsonSchema>>> = {
  rulebook: async (registry) => rulebookSchema(opPages((await registry()).plugins)),
  scenario: async () => scenarioSchema(),
  resource: async (registry) => resourceSchema(await registry()),
};

export const schema: Command = {
  usage: 'schema [rulebook|scenario|resource] [--project DIR]',
  about:
    'Prints the JSON Schema of rulebooks, made from the ops, that of scenarios, or that of resources. An editor with the YAML ' +
    'language server completes and explains by it where a file begins with: # yaml-language-server: $schema=../schemas/rulebook.json',
  words: 1,
  options: { project: PROJECT },
  examples: [
    ['npx ringbook schema > schemas/rulebook.json', 'again whenever Ringbook, or a plugin, is updated'],
    ['npx ringbook schema scenario > schemas/scenario.json', 'that of *.scenario.yml'],
    [
      'npx ringbook schema resource > schemas/resource.json',
      'that of resources/, templates of text messages among them',
    ],
  ],
  run: async ([name = 'rulebook'], options, terminal) => {
    const make = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;
    if (!make) throw new WrongUsage(`there is no schema "${name}"; the schemas are rulebook, scenario and resource`);
    terminal.out(JSON.stringify(await make(() => projectRegistry(options, terminal)), undefined, 2));
    return 0;
  },
};
