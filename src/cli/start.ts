import { resolve } from 'node:path';
import { maskNumber } from '../message/message.ts';
import { pretty } from '../problem/pretty.ts';
import { loadProject, type Project } from '../project.ts';
import { registryOf } from '../registry-of.ts';
import { safetyNotice } from '../safety.ts';
import { type Command, JOURNAL, PROJECT, portOf, type Terminal, textOf } from './command.ts';
import { type Launched, launch } from './launch.ts';
import { journalPlace, shownPlace } from './open-journal.ts';
import { plural } from './plural.ts';
import { untilAborted } from './until.ts';

/** Quoted for a POSIX shell; the data fits schemas/event/new-user.json. */
export const EXAMPLE_EVENT = `new-user --data '{"username":"ana","realname":"Ana","phone":"+34777666555"}'`;

export const start: Command = {
  usage: 'start [--port 8642] [--journal PATH] [--no-sandbox] [--project DIR]',
  about: 'Compiles the rulebooks, takes events on 127.0.0.1, and rings the phones of this machine (the sandbox).',
  words: 0,
  options: {
    port: {
      value: 'PORT',
      about: 'where events come in (default: 8642); the sandbox takes the port after it; 0: free ones',
    },
    journal: JOURNAL,
    'no-sandbox': { about: 'without the phone network of this machine: resources lead to providers' },
    project: PROJECT,
  },
  examples: [
    ['npx ringbook start', 'host and phone network'],
    ['npx ringbook start --port 0 --journal /tmp/try.db', 'on free ports, with a journal to throw away'],
  ],
  run: async (_, options, terminal) => {
    const begun = performance.now();
    const folder = resolve(terminal.folder, textOf(options, 'project') ?? '.');
    const registry = await registryOf(folder);
    const project = loadProject(folder, registry);
    const port = portOf(options, 'port') ?? project.config.port;
    const journalPath = journalPlace(textOf(options, 'journal') ?? project.config.journal, terminal);
    const withSandbox = project.config.sandbox && options['no-sandbox'] !== true;
    const launched = await launch({
      project,
      registry,
      journalPath,
      port,
      ...(withSandbox && { sandbox: { port: port === 0 ? 0 : port + 1 } }),
      environment: terminal.environment,
    });
    if (project.problems.length > 0) terminal.err(`${pretty(project.problems, terminal.color)}\n`);
    greet(terminal, project, launched, shownPlace(journalPath), performance.now() - begun);
    tellWhatHappens(terminal, launched);
    await untilAborted(terminal.signal);
    terminal.out('\nstopping: what is under way may end');
    await launched.stop();
    terminal.out('stopped');
    return 0;
  },
};

function greet(
  terminal: Terminal,
  project: Project,
  { host, sandbox }: Launched,
  journal: string,
  tookMs: number,
): void {
  const { plan, rulebookCount, resources, eventTypes } = project;
  const counts = [
    plural(rulebookCount, 'rulebook'),
    plural(plan.rules.length, 'rule'),
    plural(resources.size, 'resource'),
    plural([...eventTypes.values()].filter(({ isTold }) => !isTold).length, 'event type'),
  ].join(', ');
  terminal.out(`compiled  ${counts}, ready in ${Math.round(tookMs)} ms`);
  terminal.out(`journal   ${journal}`);
  terminal.out(`web page  ${host.url}/`);
  if (sandbox) terminal.out(`phones    ${sandbox.url}/`);
  const notice = safetyNotice(project.config, terminal.environment);
  if (notice !== undefined) terminal.out(`careful   ${notice}`);
  terminal.out(
    `\nFire an event:    npx ringbook emit ${EXAMPLE_EVENT}${host.url.endsWith(':8642') ? '' : ` --url ${host.url}`}`,
  );
  terminal.out('See what happens: npx ringbook demo');
  terminal.out('Ctrl-C stops.\n');
}

function tellWhatHappens(terminal: Terminal, { host }: Launched): void {
  host.bus.on('accepted', ({ eventId, runIds }, event) => {
    terminal.out(`event ${eventId}  ${event.type}: ${plural(runIds.length, 'run')}`);
  });
  host.bus.on('message', (message) => {
    const why = message.error === undefined ? '' : ` (${message.error})`;
    terminal.out(`  ${message.channel} to ${maskNumber(message.to)}: ${message.state}${why}`);
  });
  host.bus.on('run', (run, end) => {
    if (end.state === 'failed') terminal.out(`  run ${run.id} failed: ${end.error}`);
  });
  host.bus.on('log', (line) => terminal.out(`  ${line}`));
  host.bus.on('trouble', (what, cause) =>
    terminal.err(`trouble: ${what}${cause instanceof Error ? `: ${cause.name}` : ''}`),
  );
}
