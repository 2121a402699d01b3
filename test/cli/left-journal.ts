/** A journal as a host leaves it: one event, its run, and messages in whatever state a test asks for. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Launched, launch } from '../../src/cli/launch.ts';
import { messages } from '../../src/cli/messages.ts';
import { runs } from '../../src/cli/runs.ts';
import type { Event } from '../../src/event/event.ts';
import { newHttpClient } from '../../src/http/client.ts';
import { listen } from '../../src/http/server.ts';
import type { Journal, NewMessage } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { realClock } from '../../src/time/real.ts';
import { inProcess } from './in-process.ts';
import { type Ended, inTemporaryFolder, repository, ringbook } from './ringbook.ts';

export const ANA = '+12025550123';
const DESK = '+12025550111';

/** The text to Ana: the second step of the rule `new-user`, as its run sends it. */
export const TEXT_ID = '1.0.1.0';
export const WELCOME = 'Welcome, Ana! Your account ana is ready.';
const TEXT: NewMessage = {
  id: TEXT_ID,
  runId: '1.0',
  op: 'sms_send',
  channel: 'sms',
  resource: 'twilio_resource',
  to: ANA,
  from: '+34666555777',
  content: { kind: 'text', text: WELCOME },
};

/** The event that fires the rule `new-user`, or another of its kind. */
export function newUser(id: string = randomUUID()): Event {
  const data = { username: 'ana', realname: 'Ana', phone: ANA };
  return { id, source: 'test', type: 'new-user', time: '2026-11-21T10:00:00Z', data };
}

/** What a test does with a journal that was left behind. */
export interface Left {
  readonly folder: string;
  readonly journal: string;
  /** `ringbook messages` or `ringbook runs` on this journal. */
  readonly command: (args: readonly string[], environment?: object) => Promise<Ended>;
  /** The same in a process of its own, as a user does. */
  readonly process: (args: readonly string[], environment?: object) => Promise<Ended>;
  /** The journal to write to, as a host that is gone did; closed by itself. */
  readonly write: <Result>(work: (journal: Journal) => Promise<Result>) => Promise<Result>;
}

/** A journal whose run 1.0 has made its call, and is about to send the text to Ana. */
export function withLeftJournal(use: (left: Left) => Promise<void>, project = repository): Promise<void> {
  return inTemporaryFolder(async (folder) => {
    const journal = join(folder, 'journal.db');
    const on = ['--journal', journal, '--project', project];
    const left: Left = {
      folder,
      journal,
      command: ([name, ...args], environment = {}) =>
        inProcess(name === 'runs' ? runs : messages, [...args, ...on], { folder, environment }),
      process: (args, environment = {}) => ringbook([...args, ...on], { folder, environment }).ended,
      async write(work) {
        const opened = openSqliteJournal({ path: journal, clock: realClock });
        try {
          return await work(opened);
        } finally {
          await opened.close();
        }
      },
    };
    await left.write(async (opened) => {
      const { plan } = loadProject(project, newRegistry(builtIn));
      await opened.keepPlan(plan);
      await opened.appendEvent(newUser('signed-up'), [{ rule: 'new-user', planHash: plan.hash }]);
      await opened.claimRuns(1);
      await opened.recordStep('1.0', { path: '0', op: 'twilio_call', result: { sid: 'CA1', to: DESK } });
    });
    await use(left);
  });
}

/** The text is taken on, and waits until a time. */
export async function waits(journal: Journal, until: number, options: NewMessage['options'] = {}): Promise<void> {
  await journal.intendMessage({ ...TEXT, options });
  await journal.postponeMessage(TEXT_ID, until);
}

/** The text was sent, its answer lost, and the provider asked in vain until there was no more asking. */
export async function isHeld(journal: Journal): Promise<void> {
  await journal.intendMessage(TEXT, 'lost');
  await journal.settleAttempt('lost', { kind: 'unknown', reason: 'the answer was lost' });
  await journal.recordLook(TEXT_ID);
}

/** The text was refused for good, and its run failed with it. */
export async function isRejected(journal: Journal): Promise<void> {
  await journal.intendMessage(TEXT, 'refused');
  await journal.settleAttempt('refused', { kind: 'rejected', reason: 'not a mobile number' });
  await journal.finishRun('1.0', { state: 'failed', error: 'sms_send: not a mobile number' });
}

/** The text went through a resource that sends nothing, or that never says what became of it, from no number of its own. */
export async function isTaken(journal: Journal, state: 'debug' | 'untracked'): Promise<void> {
  const content = { kind: 'text', text: `Call ${DESK}\nnow` } as const;
  await journal.intendMessage({ ...TEXT, from: '', content }, 'taken');
  await journal.settleAttempt('taken', { kind: 'accepted', providerId: 'taken-1', answer: {}, state });
}

/** A host on a journal, with its phone network. */
function launchOn({ journal }: Left, project: string): Promise<Launched> {
  const registry = newRegistry(builtIn);
  return launch({
    project: loadProject(project, registry),
    registry,
    journalPath: journal,
    port: 0,
    sandbox: { port: 0, paceMs: 5 },
    environment: {},
  });
}

/** Calls `use` while a host runs on a journal. */
export async function whileHostRuns(
  left: Left,
  use: (launched: Launched) => Promise<void>,
  project = repository,
): Promise<void> {
  const launched = await launchOn(left, project);
  try {
    await use(launched);
  } finally {
    await launched.stop();
  }
}

/** Calls `use` with a phone network that no host brought along. */
export async function whileNetworkRuns(use: (network: Sandbox) => Promise<void>): Promise<void> {
  const http = newHttpClient();
  const wire = { clock: realClock, newId: randomUUID, http, listen };
  const network = await startSandbox({ ...wire, host: '127.0.0.1', port: 0, paceMs: 5 });
  try {
    await use(network);
  } finally {
    await network.close();
    await http.close();
  }
}

/** Looks again and again until `found` gives something. */
export async function eventually<Result>(found: () => Promise<Result | undefined>): Promise<Result> {
  for (let tries = 0; tries < 500; tries++) {
    const result = await found();
    if (result !== undefined) return result;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error('it never came to that');
}
