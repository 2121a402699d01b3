import { builtIn } from '../plugins/plugins.ts';
import type { Command } from './command.ts';
import { opPages } from './op-page.ts';
import { rulebookSchema } from './rulebook-schema.ts';

export const schema: Command = {
  usage: 'schema',
  about:
    'Prints the JSON Schema of rulebooks, made from the ops. An editor with the YAML language server completes and explains by ' +
    'it where a file begins with: # yaml-language-server: $schema=../schemas/rulebook.json',
  words: 0,
  options: {},
  examples: [['npx ringbook schema > schemas/rulebook.json', 'again whenever Ringbook, or a plugin, is updated']],
  run: async (_, __, terminal) => {
    terminal.out(JSON.stringify(rulebookSchema(opPages(builtIn)), undefined, 2));
    return 0;
  },
};
