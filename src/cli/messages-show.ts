import type { Journal, RunWithEvent, SettledAttempt, StateChange } from '../journal/journal.ts';
import { needsPerson } from '../message/desk.ts';
import { isE164, isFinal, type Message, maskNumber, STATES, type State } from '../message/message.ts';
import { error, ProblemsFound } from '../problem/problem.ts';
import { realClock } from '../time/real.ts';
import type { Options, Terminal } from './command.ts';
import { messageAsJson, sentTo } from './messages-json.ts';
import { fromNow, stampOf } from './moment.ts';
import { withJournal } from './open-journal.ts';
import { plural } from './plural.ts';

/** `messages show <id>`: was the person reached, and if not, why, and what happens next. */
export async function showMessage(id: string, options: Options, terminal: Terminal): Promise<number> {
  return withJournal(options, terminal, async (journal, notice) => {
    const message = await journal.message(id);
    if (!message) throw new ProblemsFound([error('RB0705', `there is no message ${id}`, undefined, HELP)]);
    const run = await journal.run(message.runId);
    if (options['json'] === true) {
      terminal.out(JSON.stringify(await messageAsJson(message, run, journal), undefined, 2));
      return 0;
    }
    if (notice !== undefined) terminal.out(`${notice}\n`);
    for (const line of await story(message, run, journal)) terminal.out(line);
    return 0;
  });
}

const HELP = 'npx ringbook messages list shows the ids of the newest';

async function story(
  message: Message,
  run: RunWithEvent | undefined,
  journal: Pick<Journal, 'stateChanges' | 'attempts'>,
): Promise<readonly string[]> {
  const { id, state, createdAt } = message;
  const what = message.channel === 'call' ? 'call' : 'text message';
  return [
    `${id}  ${what} to ${maskNumber(message.to)}: ${state}`,
    `  ${meaningOf(state)}`,
    ...(message.error === undefined ? [] : [`  Why: ${message.error}`]),
    ...(message.possibleDuplicate
      ? ['  It may have gone out twice: it was sent again after a try whose fate was unknown.']
      : []),
    '',
    ...originOf(message, run),
    '',
    `What happened (UTC), from ${stampOf(createdAt)} on:`,
    ...(await journal.stateChanges(id)).map(changeAsLine),
    '',
    'Tries:',
    ...triesOf(message, await journal.attempts(id)),
    '',
    'Next:',
    ...nextFor(message, realClock.now()).map((line) => `  ${line}`),
  ];
}

/** The table's words for a state, without the example. */
function meaningOf(state: State): string {
  return STATES[state].meaning.replace(/ Example: .*/, '');
}

function originOf(message: Message, run: RunWithEvent | undefined): readonly string[] {
  const { options = {} } = message;
  const reached = sentTo(message);
  const about = [...(options.tags ?? []).map((tag) => `#${tag}`), ...(options.related ?? [])];
  const rows: (readonly [string, string])[] = [
    ['event', run ? `${run.event.type}, id ${run.event.id} from ${run.event.source}, ${run.event.time}` : 'not kept'],
    ['rule', run ? `${run.rule}; its run ${run.id} ${runState(run)}` : 'not kept'],
    ['op', `${message.op} through ${message.resource}, from ${senderOf(message)}`],
    ...wordsOf(message),
    ...(reached === undefined ? [] : ([['sent to', `${reached} in its place`]] as const)),
    ...(options.template === undefined ? [] : ([['template', options.template]] as const)),
    ...(message.providerId === undefined ? [] : ([['provider', `knows it as ${message.providerId}`]] as const)),
    ...(message.resendOf === undefined ? [] : ([['again', `a person sent ${message.resendOf} once more`]] as const)),
    ...(about.length > 0 ? ([['about', about.join(', ')]] as const) : []),
    ...(options.extra ? ([['extra', JSON.stringify(options.extra)]] as const) : []),
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(8)}  ${value}`);
}

function runState({ state, error: why }: RunWithEvent): string {
  if (state === 'pending') return 'goes on';
  if (state === 'done') return 'is done';
  return `${state === 'failed' ? 'has failed' : 'is dead'}${why === undefined ? '' : `: ${why}`}`;
}

function changeAsLine({ state, at }: StateChange): string {
  return `  ${stampOf(at)}  ${state.padEnd(11)}  ${meaningOf(state)}`;
}

const OUTCOMES: Readonly<Record<NonNullable<SettledAttempt['outcome']>, string>> = {
  accepted: 'the provider took it',
  rejected: 'the provider did not take it',
  unknown: 'nobody can say whether the provider took it',
};

function triesOf({ lastAttempt, resource }: Message, attempts: readonly SettledAttempt[]): readonly string[] {
  if (attempts.length === 0) return ['  none'];
  return attempts.map(({ id, number, beganAt, outcome, way = { resource } }) => {
    const open = id === lastAttempt?.id ? 'under way' : 'its end was not recorded';
    const through = way.resource === resource ? '' : `through ${way.resource}: `;
    return `  ${stampOf(beganAt)}  ${number}: ${through}${outcome === undefined ? open : OUTCOMES[outcome]}`;
  });
}

function senderOf({ from: own, lastAttempt }: Message): string {
  const from = own === '' ? (lastAttempt?.way?.from ?? '') : own;
  if (from === '') return 'whom the provider sets';
  return isE164(from) ? maskNumber(from) : from;
}

/** The words themselves only of what was never sent: to be read is all that it is for. */
function wordsOf({ content, state }: Message): readonly (readonly [string, string])[] {
  if (content.kind !== 'text') return [];
  const words = state === 'debug' ? JSON.stringify(content.text).replaceAll(/\+?\d{7,}/g, maskNumber) : undefined;
  return [['words', words ?? plural(content.text.length, 'character')]];
}

/** What the host does next, and what a person can type. */
function nextFor(message: Message, now: number): readonly string[] {
  const { id, state, dueAt } = message;
  if (needsPerson(message)) {
    return [
      'It waits for you: the host has asked the provider often enough. Find out whether it arrived, then say so:',
      `npx ringbook messages resolve ${id} --as sent      its rule goes on`,
      `npx ringbook messages resolve ${id} --as not-sent  its rule is told that it was rejected`,
      `npx ringbook messages resend ${id}                 it goes out again, and may arrive twice`,
    ];
  }
  if (state === 'unknown') return nextForUnknown(message, now);
  if (state === 'waiting' || state === 'retrying') {
    const due =
      dueAt === undefined || dueAt <= now ? 'as soon as a host runs and has its turn for it' : fromNow(dueAt, now);
    return [`It is sent ${due}. To call it off: npx ringbook messages cancel ${id}`];
  }
  if (state === 'sending') return ['The answer of the provider is awaited.'];
  if (state === 'untracked') return ['Nothing: its provider tells nothing more of it.'];
  if (!isFinal(state)) return ['The provider tells what becomes of it. To ask it: npx ringbook messages check'];
  if (GOOD.has(state)) return ['Nothing: this is its end.'];
  return [`Nothing by itself. To send it again as a new message: npx ringbook messages resend ${id}`];
}

const GOOD: ReadonlySet<State> = new Set(['delivered', 'completed', 'debug']);

function nextForUnknown({ id, dueAt, looks }: Message, now: number): readonly string[] {
  if (dueAt === undefined) {
    return [
      'Nothing by itself: its rule went on without it, as its author wrote.',
      `If you find out what became of it: npx ringbook messages resolve ${id} --as sent or --as not-sent`,
    ];
  }
  const asked = looks === 0 ? '' : ` (asked ${looks} times in vain)`;
  return [`The provider is asked about it ${fromNow(dueAt, now)}${asked}.`];
}
