import { type Admission, ClaimLost, type Journal, type Limit, type NewMessage } from '../journal/journal.ts';
import { type Clock, persist } from '../time/time.ts';
import type { Breaker } from './breaker.ts';
import { deadlineOf, isExhausted, lookAt, policyOf, retryAt } from './course.ts';
import {
  type Attempt,
  asSent,
  type Draft,
  type Message,
  type Outcome,
  type Provider,
  SaidBefore,
  type Sighting,
  type Way,
} from './message.ts';

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
  /**
   * A draft as it goes out, once for each resource that it may go through, in the order in which they are tried: whom it
   * reaches, whom it comes from and what it says are decided here, for every send.
   */
  readonly ways: (draft: Draft) => readonly Draft[];
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
      const free = unhindered(taken, sending);
      const { message, isNew } = free
        ? await sending.journal.intendMessage(taken, sending.newId(), wayOf(taken, free))
        : await sending.journal.intendMessage(taken);
      if (message.id !== taken.id) throw new SaidBefore(message.id);
      if (isNew) sending.moved(message);
      if (!isNew || !free) return carry(message, signal);
      return new Promise((resolve, reject) => {
        const settled = once(message.id, () => transmit(message, sending, signal, resolve));
        follow(settled);
        settled.then(resolve, reject);
      });
    },
  };
}

/** A new message as it goes out, where nothing stands between it and its first attempt: both can be journaled together. */
function unhindered(message: NewMessage, { ways, refusal, limits, breaker, clock }: Sending): Draft | undefined {
  const [first] = ways(message);
  const isFree =
    first &&
    refusal(first) === undefined &&
    limits(first).length === 0 &&
    breaker.restsUntil(first.resource, clock.now()) === undefined;
  return isFree ? first : undefined;
}

/** What the journal has to keep of how a message goes out; nothing where that is as it says. */
function wayOf(message: Draft, { resource, to, from, content }: Draft): Way | undefined {
  const isAsItSays = resource === message.resource && to === message.to && from === message.from;
  if (isAsItSays && content === message.content) return undefined;
  return { resource, to, from, ...(content !== message.content && { content }) };
}

/** The ways that are left to a message: it does not come back to a resource that it has gone on from. */
function waysLeft(message: Message, { ways }: Sending): readonly Draft[] {
  return ways(message).filter(({ resource }) => !message.passed?.includes(resource));
}

async function carryOn(message: Message, sending: Sending, signal: AbortSignal): Promise<Message> {
  signal.throwIfAborted();
  if (message.dueAt === undefined || message.dueAt > sending.clock.now()) return message;
  if (message.state === 'unknown') return look(message, sending, signal);
  return message.state === 'waiting' || message.state === 'retrying' ? tryNow(message, sending, signal) : message;
}

async function tryNow(message: Message, sending: Sending, signal: AbortSignal): Promise<Message> {
  const { journal, clock } = sending;
  const now = clock.now();
  if (now >= deadlineOf(message)) return refuse(message, tooOld(message), sending);
  const rests: number[] = [];
  let refusal: string | undefined;
  for (const draft of waysLeft(message, sending)) {
    const admission = await admit(message, draft, sending);
    if (admission.kind === 'later') return { ...message, dueAt: admission.at };
    if (admission.kind === 'rests') rests.push(admission.until);
    if (admission.kind === 'refused') refusal ??= admission.reason;
    if (admission.kind !== 'now') continue;
    const begun = await journal.beginAttempt(message.id, sending.newId(), wayOf(message, draft));
    sending.moved(begun);
    return transmit(begun, sending, signal);
  }
  if (rests.length > 0) return journal.postponeMessage(message.id, Math.min(...rests));
  return refuse(message, refusal ?? message.error ?? 'no resource of its route leads to this number', sending);
}

type Leave =
  | Extract<Admission, { kind: 'now' | 'later' }>
  | { readonly kind: 'rests'; readonly until: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** Whether a message may go one of its ways: by what its resource may reach, whether that is there, and its limits. */
async function admit(
  { id }: Message,
  draft: Draft,
  { refusal, breaker, limits, journal, clock }: Sending,
): Promise<Leave> {
  const reason = refusal(draft);
  if (reason !== undefined) return { kind: 'refused', reason };
  const until = breaker.restsUntil(draft.resource, clock.now());
  if (until !== undefined) return { kind: 'rests', until };
  const asked = limits(draft);
  const admission: Admission = asked.length > 0 ? await journal.admit(id, asked, draft.resource) : { kind: 'now' };
  return admission.kind === 'refused' ? { kind: 'refused', reason: overCap(admission) } : admission;
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
  const draft = asSent(message, lastAttempt);
  const outcome = await send(draft, lastAttempt, sending, signal);
  const now = sending.clock.now();
  sending.breaker.tell(draft.resource, isAnswer(outcome), now);
  const againAt =
    outcome.kind === 'unknown' ? lookAt(lastAttempt.beganAt, 0) : retryAt(message, outcome, now, sending.random);
  const goesOn = outcome.kind === 'rejected' && againAt === undefined && canGoOn(message, sending);
  const nextAt = goesOn ? now : againAt;
  const settling = written(
    () => sending.journal.settleAttempt(lastAttempt.id, outcome, nextAt, goesOn),
    sending,
    signal,
  );
  if (outcome.kind === 'accepted') {
    const { providerId, answer, state = 'accepted' } = outcome;
    const via = draft.resource === message.resource ? {} : { via: draft.resource };
    accepted?.({ ...message, ...via, state, providerId, answer, attempts: message.attempts + 1 });
  }
  const settled = await settling;
  sending.moved(settled);
  return settled;
}

/** Whether there is another resource to go on to, and time. */
function canGoOn(message: Message, sending: Sending): boolean {
  const used = asSent(message, message.lastAttempt).resource;
  const isLeft = waysLeft(message, sending).some(({ resource }) => resource !== used);
  return isLeft && sending.clock.now() < deadlineOf(message);
}

async function send(draft: Draft, attempt: Attempt, sending: Sending, signal: AbortSignal): Promise<Outcome> {
  const { resource } = draft;
  let provider: Provider;
  try {
    provider = await sending.providers(resource);
  } catch (cause) {
    return { kind: 'rejected', reason: cause instanceof Error ? cause.message : 'no provider' };
  }
  try {
    return await provider.send({ attempt, draft, callbackUrl: sending.callbackUrl(attempt.id), signal });
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
  const draft = asSent(message, lastAttempt);
  const provider = await sending.providers(draft.resource).catch(() => undefined);
  if (provider?.look && lastAttempt) {
    const sighting = await provider.look({ draft, attempt: lastAttempt, signal });
    const found = await settleBySighting(lastAttempt.id, sighting, journal);
    if (found) {
      sending.moved(found);
      return found;
    }
  }
  const policy = policyOf(message.options);
  const goesOn = policy === 'next' && canGoOn(message, sending);
  // Where nobody can be asked, a callback may still tell: it does not go on any earlier.
  const nextAt = (goesOn || provider?.look) && lastAttempt && lookAt(lastAttempt.beganAt, message.looks + 1);
  if (nextAt !== undefined) return journal.recordLook(message.id, Math.max(nextAt, clock.now()));
  const isResent = policy === 'resend' && !isExhausted(message) && clock.now() < deadlineOf(message);
  if (!isResent && !goesOn) return journal.recordLook(message.id);
  const again = await journal.sendAgain(message.id, goesOn);
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
