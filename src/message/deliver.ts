import type { Journal } from '../journal/journal.ts';
import type { Run } from '../run/run.ts';
import type { Clock } from '../time/time.ts';
import { type Attempt, type Draft, type Message, maskNumber, NotSent, type Outcome, type Provider } from './message.ts';

/** Tries of one message, the first included (pymess and rex.sms make 3). */
const MAX_ATTEMPTS = 3;
/** Before the second try; doubled before each further one (rex.sms waits 1 s). */
const RETRY_DELAY_MS = 1_000;

/** What delivery needs from the rest of the house. */
export interface Delivery {
  readonly journal: Pick<Journal, 'intendMessage' | 'beginAttempt' | 'settleAttempt' | 'reportState'>;
  /** Why a draft may not go out at all, by the resource that it names; undefined where it may. */
  readonly refusal: (draft: Draft) => string | undefined;
  readonly providers: (mid: string) => Promise<Provider>;
  readonly clock: Clock;
  /** Ids that cannot be guessed. */
  readonly newId: () => string;
  /** Where a provider may reach an attempt. */
  readonly callbackUrl: (attemptId: string) => string;
  /** Told of every message that moved. */
  readonly moved: (message: Message) => void;
}

/**
 * Takes a message on and sees it accepted. The intent is journaled before anything else, and each try before its first byte
 * leaves. Only a refusal that may pass is tried again; a send whose fate is unknown never is.
 *
 * Resolves with the message as its provider took it; rejects with `NotSent` when it was rejected or its fate is unknown.
 */
export async function deliver(
  id: string,
  run: Run,
  op: string,
  draft: Draft,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<Message> {
  let message = await delivery.journal.intendMessage({ ...draft, id, runId: run.id, op });
  delivery.moved(message);
  const refusal = message.state === 'waiting' ? delivery.refusal(draft) : undefined;
  if (refusal !== undefined) message = await refuse(id, refusal, delivery);
  for (let number = 1; message.state === 'waiting'; number++) {
    signal.throwIfAborted();
    const attempt: Attempt = { id: delivery.newId(), messageId: id, number };
    await delivery.journal.beginAttempt(attempt);
    const outcome = await sendOnce(attempt, draft, delivery, signal);
    const again = outcome.kind === 'rejected' && outcome.retry !== undefined && number < MAX_ATTEMPTS;
    message = await delivery.journal.settleAttempt(attempt.id, outcome, again);
    delivery.moved(message);
    if (message.state === 'waiting') await delivery.clock.sleep(pauseMs(outcome, number), signal);
  }
  if (message.state === 'rejected' || message.state === 'unknown') throw notSent(message);
  return message;
}

/** What may not go out is kept as rejected, with its reason, and no attempt is made. */
async function refuse(id: string, reason: string, delivery: Delivery): Promise<Message> {
  const { message } = await delivery.journal.reportState(id, { state: 'rejected', error: reason });
  delivery.moved(message);
  return message;
}

async function sendOnce(attempt: Attempt, draft: Draft, delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
  const provider = await delivery.providers(draft.resource);
  return provider.send({ attempt, draft, callbackUrl: delivery.callbackUrl(attempt.id), signal });
}

/** What the provider asks for, else a second, doubled each time. */
function pauseMs(outcome: Outcome, number: number): number {
  const asked = outcome.kind === 'rejected' ? outcome.retry?.afterMs : undefined;
  return asked ?? RETRY_DELAY_MS * 2 ** (number - 1);
}

function notSent(message: Message): NotSent {
  const what = message.channel === 'sms' ? 'the message' : 'the call';
  const fate = message.state === 'rejected' ? 'was rejected' : 'may or may not have gone out, and is not repeated';
  return new NotSent(`${what} to ${maskNumber(message.to)} ${fate}: ${message.error ?? 'no reason given'}`);
}
