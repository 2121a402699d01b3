import { createHash } from 'node:crypto';
import { isFinal, isOpen, type Message, type Outcome, STATES, type State, type Way } from '../../message/message.ts';
import type { Admission, Journal, Limit, NewMessage, Report } from '../journal.ts';
import { labelsOf, urgencyOf } from '../label.ts';
import { countsAsAttempt, ENDED_BADLY, LEAVE_MS, RIVAL_MS, reportedState, settledState } from '../settle.ts';
import type { Call } from './batch.ts';
import { eventArgument, runArguments, toAppended } from './event.ts';
import type { Gather } from './gather.ts';
import { toMessage } from './message.ts';
import { integer, rowOf, text } from './row.ts';
import type { Claims } from './run.ts';
import { newSendingCache } from './sending.ts';

type WrittenVerbs = Pick<
  Journal,
  | 'intendMessage'
  | 'admit'
  | 'postponeMessage'
  | 'beginAttempt'
  | 'settleAttempt'
  | 'settleSighting'
  | 'recordLook'
  | 'sendAgain'
  | 'reportState'
  | 'resendMessage'
>;

const ALL_STATES = Object.keys(STATES).filter((name): name is State => name in STATES);

/** Messages and their attempts, as they are written. */
export function sendVerbs(gather: Gather, claims: Claims): WrittenVerbs {
  const message = async (call: Call): Promise<Message> => toMessage(rowOf(await gather.do(call)));
  const sending = newSendingCache();
  return {
    intendMessage: async (draft, attempt, way) => {
      const call = intent(draft, attempt, way, claims.get(draft.runId));
      const told = await gather.do(call, onceKeys(draft));
      const result = typeof told === 'number' ? undefined : rowOf(told);
      const taken = result ? toMessage(rowOf(result['message'])) : newMessage(draft, call, Number(told));
      sending.keep(taken);
      return { message: taken, isNew: !result || result['isNew'] === true };
    },
    admit: (id, limits, resource) => admit(gather, id, limits, resource),
    postponeMessage: (id, until) => message({ verb: 'postpone', id, until: Math.ceil(until) }),
    beginAttempt: async (id, attempt, way) => {
      const begun = await message({ verb: 'begin', id, attempt, ...wayArgument(way) });
      sending.keep(begun);
      return begun;
    },
    settleAttempt: async (attempt, outcome, nextAt, goesOn = false) => {
      const was = sending.take(attempt);
      const result = await gather.do({ ...settlement(attempt, outcome, nextAt, was), ...(goesOn && { goesOn }) });
      return was && typeof result === 'number' ? afterAcceptance(was, outcome, result) : toMessage(rowOf(result));
    },
    settleSighting: async (attempt, candidates) => {
      const told = candidates.map((candidate) => ({
        providerId: candidate.providerId,
        answer: JSON.stringify(candidate.answer),
        detail: JSON.stringify({ providerId: candidate.providerId }),
        moves: movesOf((state) => settledState(state, { kind: 'accepted', ...candidate }, false)),
      }));
      const settled = await gather.do({ verb: 'sighting', attempt, candidates: told, rivalMs: RIVAL_MS });
      return settled === null ? undefined : toMessage(rowOf(settled));
    },
    recordLook: (id, nextAt) => message({ verb: 'look', id, ...dueArgument(nextAt) }),
    sendAgain: (id, goesOn = false) => message({ verb: 'again', id, goesOn }),
    reportState: async (id, report, sequel) => {
      const result = rowOf(await gather.do({ ...reportCall(id, report), ...sequelArguments(sequel) }));
      return {
        message: toMessage(rowOf(result['message'])),
        moved: result['moved'] === true,
        ...(result['appended'] !== undefined && { appended: { ...toAppended(result['appended']), claimed: [] } }),
      };
    },
    resendMessage: async (id) => {
      const again = await gather.do({ verb: 'resend', id, endedBadly: ENDED_BADLY });
      return again === null ? undefined : toMessage(rowOf(again));
    },
  };
}

/** As one, for the message; and in parts, for the attempt. */
function wayArgument(way: Way | undefined): Readonly<Record<string, string>> {
  if (way === undefined) return {};
  const { resource, to, from, content } = way;
  const parts = { wayResource: resource, wayTo: to, wayFrom: from };
  return { way: JSON.stringify(way), ...parts, ...(content && { wayContent: JSON.stringify(content) }) };
}

function intent(draft: NewMessage, attempt: string | undefined, way: Way | undefined, epoch: number | undefined): Call {
  const { id, runId: run, op, channel, resource, to, from, content, options } = draft;
  return {
    verb: 'intend',
    id,
    run,
    op,
    channel,
    resource,
    to,
    from,
    content: JSON.stringify(content),
    ...(options !== undefined && { options: JSON.stringify(options) }),
    priority: urgencyOf(options),
    ...(options?.priority !== undefined && { hurries: true }),
    labels: labelsOf(options),
    ...(options?.oncePerRelated && { once: { related: options.related ?? [], template: options.template } }),
    ...(attempt !== undefined && { attempt }),
    ...wayArgument(way),
    ...(epoch !== undefined && { epoch }),
  };
}

/** A message that was taken on with its first attempt, as it would be read back: a caller may have given more than JSON holds. */
function newMessage({ id, runId, op, channel, resource, to, from }: NewMessage, call: Call, now: number): Message {
  return {
    id,
    runId,
    op,
    channel,
    resource,
    to,
    from,
    content: JSON.parse(text(call, 'content')),
    ...(call['options'] !== undefined && { options: JSON.parse(text(call, 'options')) }),
    state: 'sending',
    createdAt: now,
    changedAt: now,
    attempts: 0,
    lastAttempt: { id: String(call['attempt']), messageId: id, number: 1, beganAt: now },
    looks: 0,
    possibleDuplicate: false,
  };
}

/** Locked by whoever may say something once only, one key an object: of several hosts that ask at one time, one is first. */
function onceKeys({ options = {} }: NewMessage): readonly string[] {
  if (!options.oncePerRelated) return [];
  return (options.related ?? []).map((object) => `once:${createHash('sha256').update(object).digest('hex')}`);
}

async function admit(gather: Gather, id: string, limits: readonly Limit[], resource: string): Promise<Admission> {
  const rates = limits.filter(({ kind }) => kind === 'rate');
  const caps = limits.flatMap((limit, index) =>
    limit.kind === 'cap' ? [{ key: limit.key, max: limit.max, index }] : [],
  );
  const call = { verb: 'admit', id, resource, rates, caps, leaveMs: LEAVE_MS };
  const result = rowOf(
    await gather.do(
      call,
      rates.map(({ key }) => key),
    ),
  );
  const exhausted = limits[Number(result['refused'])];
  if (result['refused'] !== undefined && exhausted) return { kind: 'refused', limit: exhausted };
  const at = integer(result, 'at');
  return result['isNow'] === true ? { kind: 'now' } : { kind: 'later', at };
}

/** `was`: the message as its attempt began, where that is known. */
function settlement(attempt: string, outcome: Outcome, nextAt: number | undefined, was: Message | undefined): Call {
  const { kind, ...detail } = outcome;
  const isAgain = nextAt !== undefined;
  return {
    ...(was &&
      !was.lastAttempt?.way &&
      !isAgain && { message: was.id, next: settledState(was.state, outcome, isAgain) }),
    verb: 'settle',
    attempt,
    outcome: kind,
    counts: Number(countsAsAttempt(outcome)),
    moves: movesOf((state) => settledState(state, outcome, isAgain)),
    ...(outcome.kind === 'accepted'
      ? {
          providerId: outcome.providerId,
          answer: JSON.stringify(outcome.answer),
          detail: JSON.stringify({ providerId: outcome.providerId }),
        }
      : { reason: outcome.reason, detail: JSON.stringify(detail) }),
    ...dueArgument(nextAt),
  };
}

/** What became of a message whose attempt was accepted, and of which nothing was heard meanwhile. */
function afterAcceptance(was: Message, outcome: Outcome, now: number): Message {
  const { error: _, dueAt: __, ...kept } = was;
  if (outcome.kind !== 'accepted') throw new TypeError('an attempt was settled as it was not asked for');
  return {
    ...kept,
    state: settledState(was.state, outcome, false),
    providerId: outcome.providerId,
    answer: JSON.parse(JSON.stringify(outcome.answer)),
    changedAt: now,
    attempts: was.attempts + Number(countsAsAttempt(outcome)),
  };
}

/** Columns take whole milliseconds. */
function dueArgument(nextAt: number | undefined): { readonly nextAt?: number } {
  return nextAt === undefined ? {} : { nextAt: Math.ceil(nextAt) };
}

/** The states that something moves a message from, each with the next. */
function movesOf(next: (state: State) => State): Readonly<Record<string, State>> {
  return Object.fromEntries(
    ALL_STATES.map((state) => [state, next(state)] as const).filter(([state, moved]) => state !== moved),
  );
}

function reportCall(id: string, { state, providerId, via, error, answer, onlyFrom = ALL_STATES }: Report): Call {
  const from = onlyFrom.filter((before) => reportedState(before, state) !== before);
  return {
    verb: 'report',
    id,
    state,
    from,
    // The first fate of a message, or that nothing more can be expected of it: its run may wait for that.
    wakeFrom: isFinal(state) || state === 'untracked' ? from : from.filter(isOpen),
    ...(providerId !== undefined && { providerId }),
    ...(via !== undefined && { via }),
    ...(error !== undefined && { error, detail: JSON.stringify({ error }) }),
    ...(answer !== undefined && Object.keys(answer).length > 0 && { answer: JSON.stringify(answer) }),
  };
}

function sequelArguments(sequel: Parameters<Journal['reportState']>[2]): Readonly<Record<string, unknown>> {
  return sequel ? { event: eventArgument(sequel.event), runs: runArguments(sequel.runs) } : {};
}
