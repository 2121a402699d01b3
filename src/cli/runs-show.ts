import type { Journal, RunWithEvent } from '../journal/journal.ts';
import { UNTIL_RESOLVED } from '../message/deliver.ts';
import { maskNumber } from '../message/message.ts';
import { error, ProblemsFound } from '../problem/problem.ts';
import type { StepResult } from '../run/run.ts';
import { inWords } from '../schema/schema.ts';
import { realClock } from '../time/real.ts';
import type { Options, Terminal } from './command.ts';
import { messageAsJson } from './messages-json.ts';
import { fromNow } from './moment.ts';
import { withJournal } from './open-journal.ts';
import { runAsJson } from './runs-list.ts';
import { tableOf } from './table.ts';

/** Of a step's result, what fits a line; the whole is in the JSON. */
const RESULT_LENGTH = 100;

/** What may be a phone number: digits enough, and no part of a longer word such as an id. */
const NUMBER = /(?<!\w)\+?\d{7,15}(?!\w)/g;

/** `runs show <id>`: what fired it, what it did, and why it stopped. */
export async function showRun(id: string, options: Options, terminal: Terminal): Promise<number> {
  return withJournal(options, terminal, async (journal, notice) => {
    const run = await journal.run(id);
    if (!run) {
      const help = 'npx ringbook runs list shows the ids of the newest';
      throw new ProblemsFound([error('RB0705', `there is no run ${id}`, undefined, help)]);
    }
    const lines = options['json'] === true ? [await asJson(run, journal)] : await story(run, journal);
    if (notice !== undefined && options['json'] !== true) terminal.out(`${notice}\n`);
    for (const line of lines) terminal.out(line);
    return 0;
  });
}

type Reading = Pick<Journal, 'steps' | 'story' | 'stateChanges' | 'attempts'>;

async function story(run: RunWithEvent, journal: Reading): Promise<readonly string[]> {
  const { id, rule, event } = run;
  const steps = await journal.steps(id);
  const sent = await messagesOf(run, journal);
  const fields = Object.keys(event.data);
  return [
    `${id}  rule ${rule}: ${run.state}`,
    `  ${meaningOf(run)}`,
    ...(run.error === undefined ? [] : [`  Why: ${run.error}`]),
    '',
    `  event     ${event.type}, id ${event.id} from ${event.source}, ${event.time}`,
    ...(event.subject === undefined ? [] : [`  about     ${event.subject}`]),
    `  data      ${fields.length === 0 ? 'none' : `${fields.join(', ')} (values: --json)`}`,
    '',
    'Steps that were done:',
    ...(steps.length === 0 ? ['  none'] : tableOf(steps.map(stepCells)).map((line) => `  ${line}`)),
    '',
    'Messages:',
    ...(sent.length === 0 ? ['  none'] : tableOf(sent.map(messageCells)).map((line) => `  ${line}`)),
    ...(run.state === 'failed' || run.state === 'dead'
      ? ['', `To let it go on after its last step that was done: npx ringbook runs resume ${id}`]
      : []),
  ];
}

function meaningOf({ state, dueAt }: RunWithEvent): string {
  switch (state) {
    case 'pending':
      return dueAt === undefined ? 'It goes on as soon as a host runs.' : `It waits, and goes on ${whenDue(dueAt)}.`;
    case 'done':
      return 'Its rule came to its end.';
    case 'failed':
      return 'Its rule came to an end that it did not foresee.';
    case 'dead':
      return 'It broke off again and again, for a reason that is not the rule: a person has to see to it.';
  }
}

function whenDue(dueAt: number): string {
  return dueAt === UNTIL_RESOLVED ? 'once a message of it is resolved' : fromNow(dueAt, realClock.now());
}

function stepCells({ path, op, result }: StepResult): readonly string[] {
  const words = inWords(result).replaceAll(NUMBER, maskNumber);
  return [path, op, words.length > RESULT_LENGTH ? `${words.slice(0, RESULT_LENGTH)}...` : words];
}

type Sent = Awaited<ReturnType<typeof messagesOf>>[number];

function messageCells({ id, op, to, state, error: why }: Sent): readonly string[] {
  return [id, op, maskNumber(to), state, why ?? ''];
}

async function messagesOf({ id, eventId }: RunWithEvent, journal: Pick<Journal, 'story'>) {
  const told = await journal.story(eventId);
  return told?.runs.find((run) => run.id === id)?.messages ?? [];
}

async function asJson(run: RunWithEvent, journal: Reading): Promise<string> {
  const sent = await messagesOf(run, journal);
  const whole = {
    ...runAsJson(run),
    data: run.event.data,
    steps: await journal.steps(run.id),
    messages: await Promise.all(sent.map((message) => messageAsJson(message, run, journal))),
  };
  return JSON.stringify(whole, undefined, 2);
}
