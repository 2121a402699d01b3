import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newHttpClient } from '../../src/http/client.ts';
import { listen } from '../../src/http/server.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { isFinal } from '../../src/message/message.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import type { Clock } from '../../src/time/time.ts';
import { fastClock } from './clock.ts';
import { BLOWN, type Fuse, type Start } from './start.ts';

const here = fileURLToPath(new URL('./', import.meta.url));
const repository = fileURLToPath(new URL('../../', import.meta.url));
/** Where hosts keep what V8 compiled, as those of `npx ringbook` in a clone do: most of a short life is compiling. */
const COMPILED = join(repository, 'node_modules/.cache/ringbook');

/** How many times as fast the clock goes: 15 minutes of looking at the provider pass in a second. */
const SPEED = 1_000;
/** Between two states of a call or message, on the fast clock. */
const PACE_MS = 3_000;

/** More than any test makes of anything. */
const MOST = 100_000;
/** A host that is halted, or whose database does not answer, has not acknowledged what it does not answer for so long. */
const ANSWER_MS = 5_000;

/** A phone network that outlives every host, as witness, and a journal that hosts come and go on. */
export interface Rig {
  readonly sandbox: Sandbox;
  /** As `Start` has it. */
  readonly journal: string;
  start(how?: Partial<Start>): Promise<Child>;
  /** Calls `look` with the journal as it is now, to be read only. */
  reading<T>(look: (journal: Journal) => Promise<T>): Promise<T>;
  /** Ids of runs that wait for a person, as the journal has them now. */
  deadRuns(): Promise<readonly string[]>;
  /** Runs that are not done and messages whose last state is not known, as the journal has them now. */
  leftovers(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Where the hosts of a rig have their journal. */
export interface Shelf {
  /** As `Start` has it. */
  readonly address: string;
  read(clock: Clock): Promise<Journal>;
}

/** A host that may die. */
export interface Child {
  readonly port: number;
  readonly died: Promise<void>;
  /** Whether it died of SIGKILL. */
  isDead(): boolean;
  /** Posts an event; whether it was acknowledged. */
  post(event: Sender): Promise<boolean>;
  /** What an operator does with a run that is dead. */
  resume(runId: string): Promise<void>;
  /** Lets it die or halt where it gets to next. */
  arm(fuse: Fuse): void;
  /** Whether it has got there. */
  isBlown(): boolean;
  /** Halts it with SIGSTOP, as a machine that sleeps, until `goOn`. */
  halt(): void;
  goOn(): void;
  /** Dies now, as a machine that loses its power. */
  kill(): Promise<void>;
  /** Stops in order, and returns how often each failpoint was reached. */
  stop(): Promise<Readonly<Record<string, number>>>;
}

/** Who an event is about. */
export interface Sender {
  readonly id: string;
  readonly phone: string;
}

export interface RigOptions {
  /** How many times as fast the clock goes. */
  readonly speed?: number;
  /** A file, where nothing else is said. */
  readonly shelf?: Shelf;
  /** Of the project: texts by their paths, over those of `project/`. */
  readonly files?: Files;
}

/** Texts by their paths in a project. */
export type Files = Readonly<Record<string, string>>;

export async function openRig({ speed = SPEED, shelf, files }: RigOptions = {}): Promise<Rig> {
  const folder = await newProject(files);
  const origin = Date.now();
  const clock = fastClock(origin, speed);
  const http = newHttpClient();
  const parts = { listen, http, clock, newId: randomUUID, host: '127.0.0.1', port: 0, paceMs: PACE_MS };
  const sandbox = await startSandbox(parts);
  const place = shelf ?? fileIn(folder);
  const port = await freePort();
  const reading: Rig['reading'] = async (look) => closing(await place.read(clock), look);
  const start: Start = { project: folder, journal: place.address, port, origin, speed };
  return {
    sandbox,
    journal: place.address,
    start: (how) => startChild({ ...start, ...how }, { ...sandbox.environment, NODE_COMPILE_CACHE: COMPILED }),
    reading,
    deadRuns: () => reading(async (journal) => (await journal.runs(MOST, ['dead'])).map(({ id }) => id)),
    leftovers: () => reading(leftoversOf),
    async close() {
      await sandbox.close();
      await http.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function closing<T>(journal: Journal, look: (journal: Journal) => Promise<T>): Promise<T> {
  try {
    return await look(journal);
  } finally {
    await journal.close();
  }
}

/** Of a journal that is not the rig's own, which is closed. */
export function leftoversIn(journal: Journal): Promise<readonly string[]> {
  return closing(journal, leftoversOf);
}

/** A project with a rulebook of its own, and resources and schemas of this repository; gone with whoever made it. */
export async function newProject(files: Files = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ringbook-'));
  for (const part of ['resources', 'schemas'])
    await cp(join(repository, part), join(folder, part), { recursive: true });
  await cp(join(here, 'project'), folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  return folder;
}

function fileIn(folder: string): Shelf {
  const path = join(folder, 'journal.db');
  return { address: path, read: async (clock) => openSqliteJournal({ path, clock, readOnly: true }) };
}

async function leftoversOf(journal: Journal): Promise<readonly string[]> {
  const runs = await journal.runs(MOST, ['pending', 'failed', 'dead']);
  const messages = (await journal.messages(MOST)).filter(({ state }) => !isFinal(state));
  return [
    ...runs.map(({ id, state, dueAt, error }) => `run ${id} is ${state}, due ${dueAt}: ${error}`),
    ...messages.map(({ id, state, dueAt, error }) => `message ${id} is ${state}, due ${dueAt}: ${error}`),
  ];
}

async function startChild(start: Start, environment: Readonly<Record<string, string>>): Promise<Child> {
  const child = spawn(process.execPath, [join(here, 'host-child.ts'), JSON.stringify(start)], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  let armedAt = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.on('error', () => undefined);
  const died = once(child, 'close').then(() => undefined);
  await Promise.race([died, once(child.stdout, 'data')]);
  const isDead = (): boolean => child.signalCode === 'SIGKILL';
  return {
    port: start.port,
    died,
    isDead,
    post: (event) => post(start.port, event),
    arm: (fuse) => {
      armedAt = out.length;
      child.stdin.write(`${JSON.stringify(fuse)}\n`);
    },
    isBlown: () => isDead() || out.includes(BLOWN, armedAt),
    halt: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    async resume(runId) {
      await fetch(`http://127.0.0.1:${start.port}/runs/${runId}/resume`, { method: 'POST' });
    },
    async kill() {
      child.kill('SIGKILL');
      await died;
    },
    async stop() {
      await end(child, died);
      if (isDead()) return {};
      const [hits] = out.split('\n').filter((line) => line.startsWith('{'));
      if (hits === undefined) throw new Error(`the host did not stop in order:\n${out}\n${err}`);
      return JSON.parse(hits);
    },
  };
}

async function end(child: ChildProcess, died: Promise<void>): Promise<void> {
  child.stdin?.end();
  await died;
}

/** Posts an event to a port of this machine; whether it was acknowledged. */
export async function post(port: number, { id, phone }: Sender): Promise<boolean> {
  const data = { username: id, realname: `Ana ${id}`, phone };
  const event = { specversion: '1.0', type: 'new-user', source: 'rig', id, subject: id, data };
  try {
    const response = await fetch(`http://127.0.0.1:${port}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    await response.arrayBuffer();
    return response.status === 202;
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Waits until nothing can become of any message any more, and there are `count` of them in the network's books. */
export async function settled(rig: Rig, count: number): Promise<void> {
  for (let tries = 0; tries < 1_500; tries++) {
    const entries = rig.sandbox.phones.entries();
    if (entries.length >= count && entries.every(({ state }) => state === 'delivered' || state === 'completed')) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
