/** A host as `ringbook start` makes it, one of any number on a database: `node many-hosts.ts <project> <postgres://...>`. */
import { randomUUID } from 'node:crypto';
import { startHost } from '../../src/host.ts';
import { newHttpClient } from '../../src/http/client.ts';
import { listen } from '../../src/http/server.ts';
import { openPostgresJournal } from '../../src/journal/postgres/postgres.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import { realClock } from '../../src/time/real.ts';
import { answer } from '../child.ts';
import { CREDENTIALS } from '../desk-project.ts';

const [folder = '', url = ''] = process.argv.slice(2);
const registry = newRegistry(builtIn);
const trouble = (what: string, cause: unknown): void =>
  console.error(what, cause instanceof Error ? cause.message : '');
const journal = await openPostgresJournal({ url, clock: realClock, trouble });
const host = await startHost(
  loadProject(folder, registry),
  registry,
  journal,
  { clock: realClock, newId: randomUUID, random: Math.random, http: newHttpClient(), listen, environment: CREDENTIALS },
  0,
);
host.bus.on('trouble', trouble);

answer(
  host.url,
  () => ({}),
  () => host.stop(),
);
