import type { Journal, MessageFilter, MoveResult } from '../journal/journal.ts';
import type { Callbacks } from './callback.ts';
import { type Sender, settleBySighting } from './carry.ts';
import { isGivenUp } from './deliver.ts';
import { asSent, isOpen, type Message, type Provider, type State } from './message.ts';

/** Messages that are asked about, or sent, in one go (pymess: 20). */
const BATCH = 20;
/** What a provider took, and of which something can still become; and what it may have taken. */
const ON_THE_WAY: readonly State[] = ['accepted', 'sent', 'ringing', 'in-progress', 'untracked', 'unknown'];

/** What a person can do about messages. Each verb resolves with what came of it, or with why it cannot be done. */
export interface Desk {
  /** Sends a message again, at once where its limits allow: itself where its fate is unknown, else as a new message. */
  resend(id: string, signal: AbortSignal): Promise<Done>;
  /** Calls a message off that is certain not to have gone out. */
  cancel(id: string): Promise<Done>;
  /** Says of a message whose fate is unknown what became of it. */
  resolve(id: string, fate: 'sent' | 'not-sent'): Promise<Done>;
  /** Sends a batch of what is due, and resolves with how each fared. */
  send(signal: AbortSignal): Promise<readonly Message[]>;
  /**
   * Asks the providers about all that is on its way, and about what is held, of the time that is named; yields how many were
   * asked so far.
   */
  check(signal: AbortSignal, created?: Pick<MessageFilter, 'since' | 'until'>): AsyncGenerator<number, Checked>;
}

export type Done = { readonly message: Message } | { readonly refused: string };

/** What asking brought: messages that moved, those that did not, and those whose provider could not be asked, with the reasons. */
export interface Checked {
  readonly moved: readonly Message[];
  readonly unmoved: number;
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
}

/** What the desk needs from the rest of the house. */
export interface DeskParts extends Pick<Callbacks, 'sequelOf' | 'reported'> {
  readonly journal: Pick<
    Journal,
    | 'message'
    | 'messages'
    | 'dueMessages'
    | 'sendAgain'
    | 'resendMessage'
    | 'reportState'
    | 'settleAttempt'
    | 'settleSighting'
    | 'wakeRun'
  >;
  readonly sender: Sender;
  readonly providers: (mid: string) => Promise<Provider>;
  /** Told of every message that moved by a person's word. */
  readonly moved: (message: Message) => void;
  /** Messages and runs may be due. */
  readonly wake: () => void;
}

export function newDesk(parts: DeskParts): Desk {
  const { journal } = parts;
  const on = async (id: string, act: (message: Message) => Promise<Done>): Promise<Done> => {
    const message = await journal.message(id);
    if (!message) return { refused: `there is no message ${id}` };
    const done = await act(message);
    parts.wake();
    return done;
  };
  return {
    resend: (id, signal) => on(id, (message) => resend(message, parts, signal)),
    cancel: (id) => on(id, (message) => cancel(message, parts)),
    resolve: (id, fate) => on(id, (message) => resolve(message, fate, parts)),
    async send(signal) {
      const due = await journal.dueMessages(BATCH);
      const carried = await Promise.all(due.map((message) => carry(message, parts, signal)));
      parts.wake();
      return carried;
    },
    check: (signal, created) => check(parts, signal, created),
  };
}

/** Whether a message needs a person: nobody can say what became of it, and its rule waits for that. */
export function needsPerson(message: Message): boolean {
  return message.state === 'unknown' && message.dueAt === undefined && !isGivenUp(message);
}

async function resend(message: Message, parts: DeskParts, signal: AbortSignal): Promise<Done> {
  const { journal } = parts;
  const again =
    message.state === 'unknown' ? await journal.sendAgain(message.id) : await journal.resendMessage(message.id);
  if (!again) return refusal(message, 'it is not sent again');
  parts.moved(again);
  return { message: await carry(again, parts, signal) };
}

/** Does what is due for a message; where its fate is known then, the run that waits for it may go on. */
async function carry(message: Message, { journal, sender }: DeskParts, signal: AbortSignal): Promise<Message> {
  const carried = await sender.carry(message, signal);
  if (!isOpen(carried.state) || isGivenUp(carried)) await journal.wakeRun(carried.runId);
  return carried;
}

async function cancel(message: Message, { journal, moved }: DeskParts): Promise<Done> {
  if (message.state === 'unknown') return refusal(message, 'it may have gone out; say which with resolve');
  const result = await journal.reportState(message.id, {
    state: 'canceled',
    error: 'a person called it off',
    onlyFrom: ['waiting', 'retrying'],
  });
  if (!result.moved) return refusal(result.message, 'it cannot be called off any more');
  moved(result.message);
  return result;
}

async function resolve(message: Message, fate: 'sent' | 'not-sent', { journal, moved }: DeskParts): Promise<Done> {
  const report =
    fate === 'sent'
      ? ({ state: 'accepted' } as const)
      : ({ state: 'rejected', error: 'a person found that it was not sent' } as const);
  const result = await journal.reportState(message.id, { ...report, onlyFrom: ['unknown'] });
  if (!result.moved) return refusal(result.message, 'there is nothing to resolve');
  moved(result.message);
  return result;
}

function refusal({ state }: Message, consequence: string): Done {
  return { refused: `the message is ${state}: ${consequence}` };
}

async function* check(
  parts: DeskParts,
  signal: AbortSignal,
  created?: Pick<MessageFilter, 'since' | 'until'>,
): AsyncGenerator<number, Checked> {
  const moved: Message[] = [];
  const failed: { id: string; reason: string }[] = [];
  let asked = 0;
  let before: string | undefined;
  for (;;) {
    const page = await parts.journal.messages(BATCH, { states: ON_THE_WAY, ...created }, before);
    signal.throwIfAborted();
    await Promise.all(
      page.map(async (message) => {
        const answer = await ask(message, parts, signal);
        if ('failed' in answer) failed.push({ id: message.id, reason: answer.failed });
        else if (answer.moved) moved.push(answer.message);
      }),
    );
    asked += page.length;
    if (page.length > 0) yield asked;
    before = page.at(-1)?.id;
    if (page.length < BATCH) return { moved, unmoved: asked - moved.length - failed.length, failed };
  }
}

/** A bug of the provider's code: the others are asked all the same. */
const BROKE = { failed: 'its provider broke while it was asked' } as const;

type Answered = Pick<MoveResult, 'message' | 'moved'> | { readonly failed: string };

async function ask(message: Message, parts: DeskParts, signal: AbortSignal): Promise<Answered> {
  let provider: Provider;
  try {
    provider = await parts.providers(resourceOf(message));
  } catch (cause) {
    return { failed: cause instanceof Error ? cause.message : 'its resource has no provider' };
  }
  return message.state === 'unknown'
    ? look(message, provider, parts, signal)
    : askState(message, provider, parts, signal);
}

/** The resource whose provider knows of a message: by its id there, or of the last attempt at it. */
function resourceOf(message: Message): string {
  const { resource, providerId, via, lastAttempt } = message;
  return providerId === undefined ? asSent(message, lastAttempt).resource : (via ?? resource);
}

async function askState(
  message: Message,
  provider: Provider,
  { journal, sequelOf, reported }: DeskParts,
  signal: AbortSignal,
): Promise<Answered> {
  const { channel, providerId } = message;
  if (!provider.check || providerId === undefined) return { message, moved: false };
  const report = await provider.check({ channel, providerId, signal }).catch(() => BROKE);
  if ('failed' in report) return report;
  const sequel = await sequelOf(message, report);
  const { via } = message;
  const told = { ...report, ...(via !== undefined && { via }) };
  const result = await journal.reportState(message.id, told, sequel);
  if (result.moved) reported(result, sequel);
  return result;
}

/** One whose fate is unknown is looked for once more where the host has given up; till then it looks by itself. */
async function look(message: Message, provider: Provider, parts: DeskParts, signal: AbortSignal): Promise<Answered> {
  const { lastAttempt } = message;
  if (message.dueAt !== undefined || !provider.look || !lastAttempt) return { message, moved: false };
  const sighting = await provider
    .look({ draft: asSent(message, lastAttempt), attempt: lastAttempt, signal })
    .catch(() => BROKE);
  if ('failed' in sighting) return sighting;
  if (sighting.kind === 'unclear') return { failed: sighting.reason };
  const found = await settleBySighting(lastAttempt.id, sighting, parts.journal);
  if (!found) return { message, moved: false };
  await parts.journal.wakeRun(found.runId);
  parts.moved(found);
  parts.wake();
  return { message: found, moved: true };
}
