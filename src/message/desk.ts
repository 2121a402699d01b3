import type { Journal } from '../journal/journal.ts';
import type { Sender } from './carry.ts';
import { isFinal, isOpen, type Message, type Provider, type State } from './message.ts';

/** Messages that are asked about, or sent, in one go (pymess: 20). */
const BATCH = 20;
/** What a provider took, and of which something can still become. */
const ON_THE_WAY: readonly State[] = ['accepted', 'sent', 'ringing', 'in-progress', 'untracked'];

/** What a person can do about messages. Each verb resolves with what came of it, or with why it cannot be done. */
export interface Desk {
  /** Sends a message again: itself where its fate is unknown, else as a new message. */
  resend(id: string): Promise<Done>;
  /** Calls a message off that has not gone out for certain. */
  cancel(id: string): Promise<Done>;
  /** Says of a message whose fate is unknown what became of it. */
  resolve(id: string, fate: 'sent' | 'not-sent'): Promise<Done>;
  /** Sends a batch of what is due, and resolves with how each fared. */
  send(signal: AbortSignal): Promise<readonly Message[]>;
  /** Asks the providers about all that is on its way; `asked` is called with the number so far. */
  check(signal: AbortSignal, asked?: (count: number) => void): Promise<Checked>;
}

export type Done = { readonly message: Message } | { readonly refused: string };

/** What asking brought: messages that moved, those that did not, and those whose provider could not be asked, with the reasons. */
export interface Checked {
  readonly moved: readonly Message[];
  readonly unmoved: number;
  readonly failed: readonly { readonly id: string; readonly reason: string }[];
}

/** What the desk needs from the rest of the house. */
export interface DeskParts {
  readonly journal: Pick<
    Journal,
    'message' | 'messages' | 'dueMessages' | 'sendAgain' | 'resendMessage' | 'reportState' | 'wakeRun'
  >;
  readonly sender: Sender;
  readonly providers: (mid: string) => Promise<Provider>;
  /** Told of every message that moved: whoever waits for it is to go on. */
  readonly moved: (message: Message) => void;
}

export function newDesk(parts: DeskParts): Desk {
  const { journal, sender } = parts;
  const on = async (id: string, act: (message: Message) => Promise<Done>): Promise<Done> => {
    const message = await journal.message(id);
    if (!message) return { refused: `there is no message ${id}` };
    const done = await act(message);
    if ('message' in done) parts.moved(done.message);
    return done;
  };
  return {
    resend: (id) => on(id, (message) => resend(message, parts)),
    cancel: (id) => on(id, (message) => cancel(message, parts)),
    resolve: (id, fate) => on(id, (message) => resolve(message, fate, parts)),
    async send(signal) {
      const due = await journal.dueMessages(BATCH);
      const carried = await Promise.all(due.map((message) => sender.carry(message, signal)));
      for (const { runId } of carried.filter(({ state }) => !isOpen(state))) await journal.wakeRun(runId);
      carried.forEach(parts.moved);
      return carried;
    },
    check: (signal, asked = () => undefined) => check(parts, signal, asked),
  };
}

async function resend(message: Message, { journal }: DeskParts): Promise<Done> {
  if (message.state === 'unknown') return { message: await journal.sendAgain(message.id) };
  const again = await journal.resendMessage(message.id);
  return again ? { message: again } : refusal(message, 'it is not sent again');
}

async function cancel(message: Message, { journal }: DeskParts): Promise<Done> {
  if (!isOpen(message.state) || message.state === 'sending') return refusal(message, 'it cannot be called off');
  const { message: canceled } = await journal.reportState(message.id, {
    state: 'canceled',
    error: 'a person called it off',
  });
  return { message: canceled };
}

async function resolve(message: Message, fate: 'sent' | 'not-sent', { journal }: DeskParts): Promise<Done> {
  if (message.state !== 'unknown') return refusal(message, 'there is nothing to resolve');
  const report =
    fate === 'sent'
      ? ({ state: 'accepted' } as const)
      : ({ state: 'rejected', error: 'a person found that it was not sent' } as const);
  return { message: (await journal.reportState(message.id, report)).message };
}

function refusal({ state }: Message, consequence: string): Done {
  return { refused: `the message is ${state}: ${consequence}` };
}

async function check(parts: DeskParts, signal: AbortSignal, asked: (count: number) => void): Promise<Checked> {
  const moved: Message[] = [];
  const failed: { id: string; reason: string }[] = [];
  let count = 0;
  let before: string | undefined;
  for (;;) {
    const page = await parts.journal.messages(BATCH, { states: ON_THE_WAY }, before);
    for (const message of page) {
      signal.throwIfAborted();
      const answer = await checkOne(message, parts, signal);
      if ('failed' in answer) failed.push({ id: message.id, reason: answer.failed });
      else if (answer.moved) moved.push(answer.message);
      asked(++count);
    }
    before = page.at(-1)?.id;
    if (page.length < BATCH) return { moved, unmoved: count - moved.length - failed.length, failed };
  }
}

async function checkOne(
  message: Message,
  { journal, providers, moved }: DeskParts,
  signal: AbortSignal,
): Promise<{ readonly moved: boolean; readonly message: Message } | { readonly failed: string }> {
  const { channel, providerId } = message;
  const provider = await providers(message.resource).catch(() => undefined);
  if (!provider?.check || providerId === undefined) return { failed: 'its provider has nothing to ask' };
  const report = await provider.check({ channel, providerId, signal });
  if ('failed' in report) return report;
  const result = await journal.reportState(message.id, report);
  if (result.moved) moved(result.message);
  return result;
}

/** Whether a message needs a person: nobody can say what became of it, and its rule waits for that. */
export function needsPerson({ state, dueAt }: Message): boolean {
  return state === 'unknown' && dueAt === undefined && !isFinal(state);
}
