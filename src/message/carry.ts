import { type Admission, ClaimLost, type Journal, type Limit, type NewMessage } from '../journal/journal.ts';
import { type Clock, persist } from '../time/time.ts';
import type { Breaker } from './breaker.ts';
import { deadlineOf, isExhausted, lookAt, policyOf, retryAt } from './course.ts';
import { type Draft, type Message, type Outcome, type Provider, SaidBefore, type Sighting } from './message.ts';

/** What sending needs from the rest of the house. */
export interface Sending {
  readonly journal: Pick<
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
  >;
  /** Why a draft may not go out at all, by the resource that it names; undefined where it may. */
  readonly refusal: (draft: Draft) => string | undefined;
  /** How many and how often, by the resource that the draft names. */
  readonly limits: (draft: Draft) => readonly Limit[];
  readonly breaker: Breaker;
  readonly providers: (mid: string) => Promise<Provider>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Ids that cannot be guessed. */
  readonly newId: () => string;
  /** Where a provider may reach an attempt. */
  readonly callbackUrl: (attemptId: string) => string;
  /** Told of every message that moved. */
  readonly moved: (message: Message) => void;
  /** Waits for what another has under way. Who owns a virtual clock must know that this is no work. */
  readonly waitFor: <T>(outcome: Promise<T>) => Promise<T>;
  /** Told of what keeps a message from going on. */
  readonly trouble: (what: string, cause: unknown) => void;
}

/** Told what is still being written, to be waited for before anything else is done in the world. */
export type Follow = (written: Promise<unknown>) => void;

/** Sends messages, one step at a time. */
export interface Sender {
  /**
   * Takes a message on, and does at once what can be done. The same message again is only carried on. A message that its
   * provider accepts is returned before that is durable: `follow` is given what resolves when it is, so that what comes of
   * it shares the commit. Rejects with `SaidBefore` where it is not taken on for one that was before.
   */
  take(message: NewMessage, signal: AbortSignal, follow: Follow): Promise<Message>;
  /**
   * Does what is due for a message: an attempt, or a look at the provider for one whose fate is unknown. Two who ask for one
   * message at a time get the same answer. Rejects only when aborted, or when the journal is gone.
   */
  carry(message: Message, signal: AbortSignal): Promise<Message>;
}

export function newSender(sending: Sending): Sender {
  const underWay = new Map<string, Promise<Message>>();
  const once = (id: string, step: () => Promise<Message>): Promise<Message> => {
    const running = underWay.get(id);
    if (running) return sending.waitFor(running);
    const begun = step().finally(() => underWay.delete(id));
    underWay.set(id, begun);
    return begun;
  };
  const carry = (message: Message, signal: AbortSignal) => once(message.id, () => carryOn(message, sending, signal));
  return {
    carry,
    async take(taken, signal, follow) {
      const isFree = isUnhindered(taken, sending);
      const { message, isNew } = await sending.journal.intendMessage(taken, isFree ? sending.newId() : undefined);
      if (message.id !== taken.id) throw new SaidBefore(message.id);
      if (isNew) sending.moved(message);
      if (!isNew || !isFree) return carry(message, signal);
      return new Promise((resolve, reject) => {
        const settled = once(message.id, () => transmit(message, sending, signal, resolve));
        follow(settled);
        settled.then(resolve, reject);
      });
    },
  };
}

/** Nothing stands between a new message and its first attempt, so that both can be journaled together. */
function isUnhindered(message: NewMessage, { refusal, limits, breaker, clock }: Sending): boolean {
  return (
    refusal(message) === undefined &&
    limits(message).length === 0 &&
    breaker.restsUntil(message.resource, clock.now()) === undefined
  );
}

async function carryOn(message: Message, sending: Sending, signal: AbortSignal): Promise<Message> {
  signal.throwIfAborted();
  if (message.dueAt === undefined || message.dueAt > sending.clock.now()) return message;
  if (message.state === 'unknown') return look(message, sending, signal);
  return message.state === 'waiting' || message.state === 'retrying' ? tryNow(message, sending, signal) : message;
}

async function tryNow(message: Message, sending: Sending, signal: AbortSignal): Promise<Message> {
  const { journal, breaker, clock } = sending;
  const now = clock.now();
  const refusal = sending.refusal(message) ?? (now >= deadlineOf(message) ? tooOld(message) : undefined);
  if (refusal !== undefined) return refuse(message, refusal, sending);
  const rest = breaker.restsUntil(message.resource, now);
  if (rest !== undefined) return journal.postponeMessage(message.id, rest);
  const limits = sending.limits(message);
  if (limits.length > 0) {
    const admission = await journal.admit(message.id, limits);
    if (admission.kind === 'later') return { ...message, dueAt: admission.at };
    if (admission.kind === 'refused') return refuse(message, overCap(admission), sending);
  }
  const begun = await journal.beginAttempt(message.id, sending.newId());
  sending.moved(begun);
  return transmit(begun, sending, signal);
}

function tooOld({ error }: Message): string {
  return `it grew too old before it could be sent${error === undefined ? '' : `: ${error}`}`;
}

function overCap({ limit }: Extract<Admission, { kind: 'refused' }>): string {
  return limit.kind === 'cap' ? `this number has had its ${limit.max} of the day` : 'its rate is used up';
}

/** What may not go out is kept as rejected, with its reason, and no attempt is made. */
async function refuse({ id }: Message, error: string, { journal, moved }: Sending): Promise<Message> {
  const { message } = await journal.reportState(id, { state: 'rejected', error });
  moved(message);
  return message;
}

/**
 * The first byte leaves here: the attempt is journaled, and whatever comes of it is journaled too. `accepted` is told as soon
 * as the provider took it, and before that is durable.
 */
async function transmit(
  message: Message,
  sending: Sending,
  signal: AbortSignal,
  accepted?: (message: Message) => void,
): Promise<Message> {
  const { lastAttempt } = message;
  if (!lastAttempt) throw new Error(`message ${message.id} has no attempt to be sent with`);
  const outcome = await send(message, sending, signal);
  const now = sending.clock.now();
  sending.breaker.tell(message.resource, isAnswer(outcome), now);
  const nextAt =
    outcome.kind === 'unknown' ? lookAt(lastAttempt.beganAt, 0) : retryAt(message, outcome, now, sending.random);
  const settling = written(() => sending.journal.settleAttempt(lastAttempt.id, outcome, nextAt), sending, signal);
  if (outcome.kind === 'accepted') {
    const { providerId, answer, state = 'accepted' } = outcome;
    accepted?.({ ...message, state, providerId, answer, attempts: message.attempts + 1 });
  }
  const settled = await settling;
  sending.moved(settled);
  return settled;
}

async function send(message: Message, sending: Sending, signal: AbortSignal): Promise<Outcome> {
  const { lastAttempt, resource } = message;
  let provider: Provider;
  try {
    provider = await sending.providers(resource);
  } catch (cause) {
    return { kind: 'rejected', reason: cause instanceof Error ? cause.message : 'no provider' };
  }
  try {
    const attempt = lastAttempt ?? { id: '', messageId: message.id, number: 0, beganAt: 0 };
    return await provider.send({ attempt, draft: message, callbackUrl: sending.callbackUrl(attempt.id), signal });
  } catch (cause) {
    // A bug of the provider's code: what it had done by then, nobody knows.
    sending.trouble(`the provider of "${resource}" broke while it sent`, cause);
    return { kind: 'unknown', reason: 'the provider broke while it was sending' };
  }
}

/** Whether the provider said something that can be understood: the breaker counts what did not get through. */
function isAnswer(outcome: Outcome): boolean {
  return outcome.kind === 'accepted' || (outcome.kind === 'rejected' && outcome.retry?.unreached !== true);
}

/** What a provider answered is known nowhere else: it is written down as soon as the journal takes it again. */
function written(write: () => Promise<Message>, { clock, trouble }: Sending, signal: AbortSignal): Promise<Message> {
  const failed = (cause: unknown): void => {
    // Another host has taken this one for dead, and the send for unknown: it finds out what became of it.
    if (cause instanceof ClaimLost) throw cause;
    trouble('what became of a send could not be journaled; it is tried again', cause);
  };
  return persist(write, { clock, signal, failed });
}

/** Asks the provider what became of an attempt; when it was asked enough, the message's policy decides. */
async function look(message: Message, sending: Sending, signal: AbortSignal): Promise<Message> {
  const { journal, clock } = sending;
  const { lastAttempt } = message;
  const provider = await sending.providers(message.resource).catch(() => undefined);
  if (provider?.look && lastAttempt) {
    const sighting = await provider.look({ draft: message, attempt: lastAttempt, signal });
    const found = await settleBySighting(lastAttempt.id, sighting, journal);
    if (found) {
      sending.moved(found);
      return found;
    }
  }
  const nextAt = provider?.look && lastAttempt && lookAt(lastAttempt.beganAt, message.looks + 1);
  if (nextAt !== undefined) return journal.recordLook(message.id, Math.max(nextAt, clock.now()));
  const mayGoAgain = !isExhausted(message) && clock.now() < deadlineOf(message);
  if (policyOf(message.options) !== 'resend' || !mayGoAgain) return journal.recordLook(message.id);
  const again = await journal.sendAgain(message.id);
  sending.moved(again);
  return tryNow(again, sending, signal);
}

/** The message that was found at its provider; undefined where nothing of what the provider has can only be it. */
export async function settleBySighting(
  attemptId: string,
  sighting: Sighting,
  journal: Pick<Journal, 'settleAttempt' | 'settleSighting'>,
): Promise<Message | undefined> {
  if (sighting.kind === 'found') return journal.settleAttempt(attemptId, { kind: 'accepted', ...sighting.candidate });
  if (sighting.kind === 'unclear' || sighting.candidates.length === 0) return undefined;
  return journal.settleSighting(attemptId, sighting.candidates);
}
