/**
 * A host as a process of its own, which dies or is halted (a real SIGKILL or SIGSTOP) where it is told to: at its start, or by a
 * line of its input. Prints its hits as JSON when its input ends.
 */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { startHost } from '../../src/host.ts';
import { newHttpClient } from '../../src/http/client.ts';
import { listen } from '../../src/http/server.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openPostgresJournal } from '../../src/journal/postgres/postgres.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import { fastClock } from './clock.ts';
import { probed, probedClient } from './probe.ts';
import { BLOWN, type Fuse, type Start } from './start.ts';

const STDOUT = 1;

const {
  project: folder,
  journal: address,
  port,
  origin,
  speed,
  leaseSeconds,
  kill,
}: Start = JSON.parse(process.argv[2] ?? '');
const hits: Record<string, number> = {};
let fuse: Fuse | undefined = kill;
let left = kill?.occurrence ?? 0;
const reach = (point: string): void => {
  hits[point] = (hits[point] ?? 0) + 1;
  if (fuse?.point !== point || --left > 0) return;
  const { signal = 'SIGKILL' } = fuse;
  fuse = undefined;
  writeSync(STDOUT, `${BLOWN}\n`);
  process.kill(process.pid, signal);
};
const clock = fastClock(origin, speed);
const trouble = (what: string, cause: unknown): void => void process.stderr.write(`${what}: ${String(cause)}\n`);
const registry = newRegistry(builtIn);
const http = probedClient(newHttpClient(), reach);
const journal = probed(await open(), reach);
const world = { clock, http, listen, newId: randomUUID, random: Math.random, environment: process.env };
const host = await startHost(loadProject(folder, registry), registry, journal, world, port);
host.bus.on('trouble', trouble);
process.stdout.write('listening\n');
for await (const line of createInterface({ input: process.stdin })) {
  const told: Fuse = JSON.parse(line);
  fuse = told;
  left = told.occurrence;
}
await host.stop();
await http.close();
process.stdout.write(`${JSON.stringify(hits)}\n`);

async function open(): Promise<Journal> {
  if (!address.startsWith('postgres:'))
    return openSqliteJournal({ path: address, clock, beforeCommit: () => reach('commit') });
  return await openPostgresJournal({
    url: address,
    clock,
    trouble,
    ...(leaseSeconds !== undefined && { leaseSeconds }),
  });
}
