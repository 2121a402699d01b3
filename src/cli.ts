/** argv -> one command of cli/. The only reader of argv, and the only place that sets the exit code. */
import { readFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Command, type Options, parseConfig, type Terminal, WrongUsage } from './cli/command.ts';
import { helpOf } from './cli/help.ts';
import { ProblemsFound } from './problem/problem.ts';

/** Each command is loaded when it is called, so that `check` pays for nothing that only `start` needs. */
const COMMANDS: Readonly<Record<string, { readonly about: string; load(): Promise<Command> }>> = {
  start: { about: 'start the host', load: async () => (await import('./cli/start.ts')).start },
  emit: { about: 'send an event to a host', load: async () => (await import('./cli/emit.ts')).emit },
  check: { about: 'compile rulebooks and say what is wrong', load: async () => (await import('./cli/check.ts')).check },
  test: { about: 'play the scenarios of rulebooks', load: async () => (await import('./cli/test.ts')).test },
  explain: {
    about: 'tell what a code of a problem means',
    load: async () => (await import('./cli/explain.ts')).explain,
  },
  ops: { about: 'list what a rulebook can do', load: async () => (await import('./cli/ops.ts')).ops },
  schema: {
    about: 'print the JSON Schema of rulebooks, for editors',
    load: async () => (await import('./cli/schema.ts')).schema,
  },
  plugin: {
    about: 'write, list and test plugins',
    load: async () => (await import('./cli/plugin.ts')).plugin,
  },
  init: { about: 'write a new project', load: async () => (await import('./cli/init.ts')).init },
  graph: {
    about: 'draw events, rules, ops and resources',
    load: async () => (await import('./cli/graph.ts')).graph,
  },
  messages: {
    about: 'list messages and calls, tell what became of them, and act on them',
    load: async () => (await import('./cli/messages.ts')).messages,
  },
  runs: {
    about: 'list runs of rules, and take up again what failed',
    load: async () => (await import('./cli/runs.ts')).runs,
  },
  events: {
    about: 'list events that were emitted in the database and did not fit',
    load: async () => (await import('./cli/events.ts')).events,
  },
  journal: {
    about: 'copy, verify and prune the journal',
    load: async () => (await import('./cli/journal.ts')).journal,
  },
  demo: {
    about: 'follow one event from its door to a ringing phone',
    load: async () => (await import('./cli/demo.ts')).demo,
  },
  twilio: {
    about: 'show and change what a Twilio account holds',
    load: async () => (await import('./cli/twilio.ts')).twilio,
  },
  sandbox: {
    about: 'start the phone network of this machine alone',
    load: async () => (await import('./cli/sandbox.ts')).sandbox,
  },
};

/** Exit codes, as `ringbook --help` tells them. */
const EXIT = { fine: 0, problems: 1, usage: 2, internal: 3 } as const;

/** The file descriptor of standard output. */
const STDOUT = 1;

void main(process.argv.slice(2), terminalOf(process)).then((code) => {
  process.exitCode = code;
});

async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (name === '--version' || name === '-v') return version(terminal);
  if (name === '--help' || name === '-h' || name === 'help') return overview(terminal);
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!entry) {
    const { didYouMean } = await import('./problem/problem.ts');
    const meant = didYouMean(name, Object.keys(COMMANDS));
    terminal.err(`ringbook: there is no command "${name}"${meant ? `; did you mean "${meant}"?` : ''}`);
    terminal.err('ringbook --help lists them.');
    return EXIT.usage;
  }
  const command = await entry.load();
  try {
    const { words, options } = parse(command, rest);
    if (options['help'] === true) {
      terminal.out(command.help?.(words) ?? helpOf(command));
      return EXIT.fine;
    }
    return await command.run(words, options, terminal);
  } catch (failure) {
    return explain(failure, name, terminal);
  }
}

function parse(command: Command, argv: readonly string[]): { words: readonly string[]; options: Options } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: parseConfig(command),
      allowPositionals: true,
    });
    if (values['help'] !== true && positionals.length > command.words) {
      throw new WrongUsage(`"${positionals[command.words]}" is one word too many`);
    }
    return { words: positionals, options: optionsOf(values) };
  } catch (failure) {
    if (failure instanceof WrongUsage) throw failure;
    throw new WrongUsage(failure instanceof Error ? (failure.message.split('. To specify')[0] ?? '') : String(failure));
  }
}

/** No command has an option that may be given twice: the last one counts. */
function optionsOf(values: Readonly<Record<string, unknown>>): Options {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value === true ? true : typeof value === 'string' ? value : undefined,
    ]),
  );
}

async function explain(failure: unknown, name: string, terminal: Terminal): Promise<number> {
  if (failure instanceof WrongUsage) {
    terminal.err(`ringbook ${name}: ${failure.message}`);
    terminal.err(`ringbook ${name} --help tells what it takes.`);
    return EXIT.usage;
  }
  if (failure instanceof ProblemsFound) {
    const { pretty, tally } = await import('./problem/pretty.ts');
    terminal.err(pretty(failure.problems, terminal.color));
    terminal.err(`\n${tally(failure.problems)}`);
    return EXIT.problems;
  }
  terminal.err(
    `ringbook ${name} broke, and this is a bug: ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`,
  );
  return EXIT.internal;
}

function overview(terminal: Terminal): number {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  terminal.out('Usage: ringbook <command> [options]\n');
  terminal.out('An event happens; a rulebook says who is called and what is said; Ringbook makes the call.\n');
  terminal.out('Commands:');
  for (const [name, { about }] of Object.entries(COMMANDS)) terminal.out(`  ${name.padEnd(width)}  ${about}`);
  terminal.out('\nringbook <command> --help tells more, with examples. New here? ringbook demo');
  terminal.out('Exit codes: 0 fine, 1 problems in what was given, 2 wrong usage, 3 a bug in Ringbook.');
  return EXIT.fine;
}

function version(terminal: Terminal): number {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  terminal.out(`ringbook ${manifest.version} on Node.js ${process.versions.node}`);
  return EXIT.fine;
}

function terminalOf(process: NodeJS.Process): Terminal {
  let stop: AbortSignal | undefined;
  const write = newOutput(process);
  return {
    out: (line) => write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    progress: (words) => {
      // Carriage return, and erase to the end of the line (ECMA-48, EL).
      if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${words}`);
    },
    get color() {
      return process.stdout.isTTY && !process.env['NO_COLOR'];
    },
    environment: process.env,
    folder: process.cwd(),
    read: async () => {
      let text = '';
      for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk);
      return text;
    },
    // Only a command that asks takes Ctrl-C upon itself; any other is ended by it as ever.
    get signal() {
      stop ??= stopSignal(process);
      return stop;
    },
  };
}

/**
 * Writes to standard output: to the file itself, as the stream of Node takes 4 ms to make. The stream comes in where a reader
 * is slow and would have to be waited for.
 */
function newOutput(process: NodeJS.Process): (text: string) => void {
  // A reader that went away (`| head`) is no error of ours.
  const failed = (failure: unknown): never => process.exit(isCoded(failure, 'EPIPE') ? EXIT.fine : EXIT.internal);
  let stream: NodeJS.WriteStream | undefined;
  return (text) => {
    let rest = Buffer.from(text);
    try {
      while (!stream && rest.length > 0) rest = rest.subarray(writeSync(STDOUT, rest));
    } catch (failure) {
      if (!isCoded(failure, 'EAGAIN')) failed(failure);
      stream = process.stdout.on('error', failed);
    }
    if (rest.length > 0) stream?.write(rest);
  };
}

function isCoded(failure: unknown, code: string): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === code;
}

/** Aborted by the first Ctrl-C or SIGTERM; the second does not wait for the drain. */
function stopSignal(process: NodeJS.Process): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stop.abort();
      process.once(name, () => process.exit(130));
    });
  }
  return stop.signal;
}
