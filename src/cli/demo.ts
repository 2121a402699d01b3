import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Event } from '../event/event.ts';
import type { Story } from '../journal/journal.ts';
import { isFinal, maskNumber } from '../message/message.ts';
import { loadProject, type Project } from '../project.ts';
import { registryOf } from '../registry-of.ts';
import type { Phones } from '../sandbox/sandbox.ts';
import { type Command, PROJECT, type Terminal, textOf } from './command.ts';
import { type Launched, launch } from './launch.ts';

/** Between two states of a message: long enough to be a process, short enough not to wait for. */
const PACE_MS = 40;
/** The whole demo takes a second; after this something is wrong. */
const PATIENCE_MS = 20_000;

export const demo: Command = {
  usage: 'demo [--project DIR]',
  about: 'Follows one event from its door to a ringing phone, on this machine alone, and leaves nothing behind.',
  words: 0,
  options: {
    project: { ...PROJECT, about: 'a project with an event type new-user (default: the examples of Ringbook)' },
  },
  examples: [['npx ringbook demo', 'event -> rule -> op -> what was heard -> delivered']],
  run: async (_, options, terminal) => {
    const given = textOf(options, 'project');
    const examples = fileURLToPath(new URL('../../', import.meta.url));
    const folder = given === undefined ? examples : resolve(terminal.folder, given);
    const registry = await registryOf(folder);
    const project = loadProject(folder, registry);
    const { environment } = terminal;
    const sandbox = { port: 0, paceMs: PACE_MS };
    const launched = await launch({ project, registry, journalPath: ':memory:', port: 0, sandbox, environment });
    try {
      return await follow(launched, project, terminal);
    } finally {
      await launched.stop();
    }
  },
};

async function follow({ host, sandbox }: Launched, project: Project, terminal: Terminal): Promise<number> {
  const event: Event = {
    id: randomUUID(),
    source: 'ringbook-demo',
    type: 'new-user',
    time: new Date().toISOString(),
    data: { username: 'ana', realname: 'Ana', phone: '+34777666555' },
  };
  const acceptance = await host.accept(event);
  if (acceptance.kind === 'refused') {
    for (const problem of acceptance.problems) terminal.err(`error ${problem.code}  ${problem.message}`);
    return 1;
  }
  const story = await settledStory(host, acceptance.appended.eventId);
  tell(story, project, sandbox?.phones, terminal);
  return wentWell(story) ? 0 : 1;
}

/** Waits until every run has ended and every message is where nothing can follow, or patience ends. */
async function settledStory(host: Launched['host'], eventId: number): Promise<Story> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const story = await host.story(eventId);
    if (!story) throw new Error('the event is not in the journal');
    const isSettled = story.runs.every(
      (run) => run.state !== 'pending' && run.messages.every(({ state }) => isFinal(state)),
    );
    if (isSettled || Date.now() > deadline) return story;
    await nextMove(host, PACE_MS * 10);
  }
}

/** The next message or run that moves, or a moment, whichever comes first. */
function nextMove(host: Launched['host'], atMostMs: number): Promise<void> {
  return new Promise((done) => {
    const finish = (): void => {
      clearTimeout(timer);
      host.bus.off('message', finish).off('run', finish);
      done();
    };
    const timer = setTimeout(finish, atMostMs);
    host.bus.on('message', finish).on('run', finish);
  });
}

function tell(story: Story, project: Project, phones: Phones | undefined, terminal: Terminal): void {
  const { event, runs } = story;
  terminal.out(`event    ${event.type}, from ${event.source}`);
  for (const run of runs) {
    const rule = project.plan.rules.find(({ name }) => name === run.rule);
    terminal.out(`rule     ${run.rule} fires (${rule?.place ?? ''})`);
    for (const message of run.messages) {
      const heard = phones?.entries().find(({ id }) => id === message.providerId)?.words ?? '';
      terminal.out(`op       ${message.op}: ${message.channel} to ${maskNumber(message.to)}`);
      terminal.out(`           ${message.states.map(({ state }) => state).join(' -> ')}`);
      terminal.out(`           ${message.channel === 'call' ? 'heard' : 'read'}: "${heard}"`);
      if (message.error !== undefined) terminal.out(`           ${message.error}`);
    }
    terminal.out(run.state === 'failed' ? `run      failed: ${run.error ?? ''}` : `run      ${run.state}`);
  }
  terminal.out(
    wentWell(story) ? '\nThe call was answered, the message was delivered.' : '\nIt did not go as it should.',
  );
}

function wentWell({ runs }: Story): boolean {
  const sent = runs.flatMap((run) => run.messages);
  return (
    sent.length > 0 &&
    runs.every(({ state }) => state === 'done') &&
    sent.every(({ state }) => state === 'completed' || state === 'delivered')
  );
}
