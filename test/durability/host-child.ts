/** A host as a process of its own, which dies (a real SIGKILL) where it is told to. Prints its hits as JSON when its input ends. */
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { startHost } from '../../src/host.ts';
import { newHttpClient } from '../../src/http/client.ts';
import { listen } from '../../src/http/server.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import { fastClock } from './clock.ts';
import { probed, probedClient } from './probe.ts';

/** What the child is started with. */
export interface Start {
  readonly project: string;
  readonly journal: string;
  readonly port: number;
  readonly origin: number;
  readonly speed: number;
  /** Where to die: at the `occurrence`-th time that `point` is reached. */
  readonly kill?: { readonly point: string; readonly occurrence: number };
}

const { project: folder, journal: path, port, origin, speed, kill }: Start = JSON.parse(process.argv[2] ?? '');
const hits: Record<string, number> = {};
const reach = (point: string): void => {
  hits[point] = (hits[point] ?? 0) + 1;
  if (kill?.point === point && kill.occurrence === hits[point]) process.kill(process.pid, 'SIGKILL');
};
const clock = fastClock(origin, speed);
const registry = newRegistry(builtIn);
const http = probedClient(newHttpClient(), reach);
const journal = probed(openSqliteJournal({ path, clock, beforeCommit: () => reach('commit') }), reach);
const world = { clock, http, listen, newId: randomUUID, random: Math.random, environment: process.env };
const host = await startHost(loadProject(folder, registry), registry, journal, world, port);
host.bus.on('trouble', (what, cause) => process.stderr.write(`${what}: ${String(cause)}\n`));
process.stdout.write('listening\n');
await text(process.stdin);
await host.stop();
await http.close();
process.stdout.write(`${JSON.stringify(hits)}\n`);
