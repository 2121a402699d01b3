/** A host as `ringbook start` makes it, with its commits counted: `node host.ts <project> <journal> <ms added to a commit>`. */
import { randomUUID } from 'node:crypto';
import { startHost } from '../../src/host.ts';
import { newHttpClient } from '../../src/http/client.ts';
import { listen } from '../../src/http/server.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import { realClock } from '../../src/time/real.ts';
import { answer } from '../child.ts';
import { CREDENTIALS } from '../desk-project.ts';

const [folder = '', path = '', addedMs = '0'] = process.argv.slice(2);
let commits = 0;
let works = 0;
let delayMs = Number(addedMs);
const never = new Int32Array(new SharedArrayBuffer(4));
const registry = newRegistry(builtIn);
const journal = openSqliteJournal({
  path,
  clock: realClock,
  beforeCommit: (count) => {
    commits++;
    works += count;
    // As a slow disk does: the thread waits, and uses no processor.
    if (delayMs > 0) Atomics.wait(never, 0, 0, delayMs);
  },
});
const host = await startHost(
  loadProject(folder, registry),
  registry,
  journal,
  { clock: realClock, newId: randomUUID, random: Math.random, http: newHttpClient(), listen, environment: CREDENTIALS },
  0,
);
host.bus.on('trouble', (what, cause) => console.error(what, cause instanceof Error ? cause.message : ''));

answer(
  host.url,
  (asked: { readonly addedMs?: number }) => {
    delayMs = asked.addedMs ?? delayMs;
    const counted = { commits, works, rss: process.memoryUsage.rss() };
    [commits, works] = [0, 0];
    return counted;
  },
  () => host.stop(),
);
