/** yaml-lint (js-yaml 4: syntax alone) over every file of a folder, in one process. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import yamlLint from 'yaml-lint';

const [folder] = process.argv.slice(2);
for (const file of readdirSync(folder)) await yamlLint.lintFile(join(folder, file), {});
