/** Runs an example of docs/problems.md: in a project of its own, by the way that its user would go. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { launch } from '../../src/cli/launch.ts';
import type { Plugin, Registry } from '../../src/plugin/plugin.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { error, type Problem, type ProblemCode } from '../../src/problem/problem.ts';
import { loadProject } from '../../src/project.ts';
import { registryOf } from '../../src/registry-of.ts';
import { type Ended, inTemporaryFolder, type Running, repository, ringbook } from '../cli/ringbook.ts';
import type { Block, Example } from './document.ts';

/** A class of resources beside TwilioConfig, for examples that need two. */
const pager: Plugin = {
  api: 1,
  name: 'pager',
  schemas: new URL('schemas/', import.meta.url),
  ops: {},
  resourceClasses: {
    Pager: { sends: [], load: () => Promise.reject(new Error('nothing is sent through the pager of the tests')) },
  },
};

/** All that an example can name: the plugins of its own settings among it. */
const registryIn = (folder: string): Promise<Registry> => registryOf(folder, [...builtIn, pager]);

/**
 * All problems that an example has. Its commands are run, or its events posted; where it has neither, it is compiled, and its
 * problems have places.
 */
export function problemsOf(example: Example): Promise<readonly Problem[]> {
  return inProjectOf(example, async (folder) => {
    const commands = example.blocks.filter(({ kind }) => kind === 'command');
    const events = example.blocks.filter(({ kind }) => kind === 'event');
    if (commands.length > 0) return problemsOfCommands(commands, folder);
    if (events.length > 0) return problemsOfEvents(events, folder);
    return loadProject(folder, await registryIn(folder)).problems;
  });
}

/** Lays the files of an example over a copy of this repository's project. */
function inProjectOf<Result>({ blocks }: Example, use: (folder: string) => Promise<Result>): Promise<Result> {
  return inTemporaryFolder(async (folder) => {
    const hasRulebook = blocks.some(({ kind }) => kind === 'rulebook');
    for (const part of ['resources', 'schemas/event', ...(hasRulebook ? [] : ['rulebooks'])]) {
      await cp(join(repository, part), join(folder, part), { recursive: true });
    }
    // The port of the settings is what commands without `--port` take: it must be free on this machine.
    await writeFile(join(folder, 'ringbook.yml'), `port: ${await freePort()}\n`);
    for (const { path, text } of blocks.filter((block) => block.path !== '')) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return use(folder);
  });
}

/** Posts the events to a host, one after the other. */
async function problemsOfEvents(events: readonly Block[], folder: string): Promise<readonly Problem[]> {
  const registry = await registryIn(folder);
  const project = loadProject(folder, registry);
  const launched = await launch({
    project,
    registry,
    journalPath: ':memory:',
    port: 0,
    sandbox: { port: 0, paceMs: 1 },
    environment: {},
  });
  const found: Problem[] = [];
  try {
    for (const { text } of events) {
      const headers = { 'content-type': 'application/cloudevents+json' };
      const answer = await fetch(`${launched.host.url}/events`, { method: 'POST', headers, body: text });
      const { problems = [] } = (await answer.json()) as { problems?: readonly Problem[] };
      if (answer.status !== (problems.length > 0 ? 400 : 202)) throw new Error(`the host answered ${answer.status}`);
      found.push(...problems.map(({ code, message }) => error(code, message)));
    }
    await launched.host.idle();
  } finally {
    await launched.stop();
  }
  return found;
}

/** Runs the lines of a shell one after the other; a host that starts goes on until the last one has ended. */
async function problemsOfCommands(blocks: readonly Block[], folder: string): Promise<readonly Problem[]> {
  const hosts: Running[] = [];
  const environment: Record<string, string | undefined> = withoutSettings(process.env);
  const found: Problem[] = [];
  try {
    for (const line of blocks.flatMap(({ text }) => text.trim().split('\n'))) {
      const [, name, value] = /^export (\w+)=(\S+)$/.exec(line) ?? [];
      if (name !== undefined) environment[name] = value;
      else {
        const running = ringbook(await argumentsOf(line), { folder, environment });
        hosts.push(running);
        found.push(...problemsIn(line, await outcomeOf(running)));
        if (line.startsWith('npx ringbook sandbox')) Object.assign(environment, await exportsOf(running));
      }
    }
  } finally {
    for (const { child, ended } of hosts) {
      child.kill('SIGINT');
      await ended;
    }
  }
  return found;
}

/** The lines that a sandbox prints for others to take over. */
async function exportsOf(running: Running): Promise<Record<string, string>> {
  const names = ['RINGBOOK_SANDBOX_URL', 'RINGBOOK_SANDBOX_ACCOUNT_SID', 'RINGBOOK_SANDBOX_AUTH_TOKEN'];
  const lines = await Promise.all(names.map((name) => running.printed(new RegExp(`export ${name}=(\\S+)`))));
  return Object.fromEntries(names.map((name, index) => [name, lines[index]?.[1] ?? '']));
}

/** A variable that the machine happens to have must not make an example pass. */
function withoutSettings(environment: NodeJS.ProcessEnv): Record<string, undefined> {
  const names = Object.keys(environment).filter((name) => /^(TWILIO|RINGBOOK)_/.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** The words after `npx ringbook`, as a shell reads them; a port that is named stands for one that is free. */
async function argumentsOf(line: string): Promise<readonly string[]> {
  const [, command] = /^npx ringbook (.*?)(?: &)?$/.exec(line) ?? [];
  if (command === undefined) throw new Error(`a line of a shell is \`export NAME=value\` or \`npx ringbook\`: ${line}`);
  const words = [...command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)];
  const args = words.map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double));
  const port = args.indexOf('--port') + 1;
  return port === 0 ? args : args.with(port, String(await freePort()));
}

/** How a command ended; undefined for a host that is up. */
function outcomeOf(running: Running): Promise<Ended | undefined> {
  return running.printed(/Ctrl-C stops/).then(
    () => undefined,
    () => running.ended,
  );
}

function problemsIn(line: string, outcome: Ended | undefined): readonly Problem[] {
  if (!outcome) return [];
  const { code, out, err } = outcome;
  const found = [...err.matchAll(/\b(error|warning) (RB\d{4})\b/g)].map((match) => ({
    code: match[2] as ProblemCode,
    severity: match[1] as Problem['severity'],
    message: line,
  }));
  const expected = found.some(({ severity }) => severity === 'error') ? 1 : 0;
  if (code !== expected) throw new Error(`${line}\nended with ${code}:\n${out}\n${err}`);
  return found;
}

/** Below the ports that a system hands out by itself (Linux: from 32768), so that no other test is given it meanwhile. */
const PORTS = { first: 20_000, count: 10_000 } as const;

/** A port that is free, as is the one after it, which the sandbox takes. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}
