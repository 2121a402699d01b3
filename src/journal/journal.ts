/**
 * What survives a crash: events, runs and their steps, messages and their attempts, and the plans they use.
 * Verbs of the domain only; each is one transaction, and is durable when its promise resolves.
 */
import type { Event } from '../event/event.ts';
import type { Attempt, Draft, Message, Outcome, State } from '../message/message.ts';
import type { Plan } from '../rulebook/rulebook.ts';
import type { Run, StepResult } from '../run/run.ts';
import type { Json } from '../schema/schema.ts';

export interface Journal {
  /** Keeps a plan under its hash; a plan that is there already is left as it is. */
  keepPlan(plan: Plan): Promise<void>;
  plan(hash: string): Promise<Plan | undefined>;

  /**
   * Takes an event with one pending run a rule, all or nothing. An event whose source and id are known already is a
   * duplicate: nothing is written, and the runs that it got the first time are returned.
   */
  appendEvent(event: Event, runs: readonly NewRun[]): Promise<AppendedEvent>;

  /** Pending runs that are due, with their events, oldest first, after the run `after`. */
  pendingRuns(limit: number, after?: string): Promise<readonly PendingRun[]>;
  /** Puts a pending run off until a time (milliseconds since 1970): until then it is not among those that are due. */
  deferRun(runId: string, until: number): Promise<void>;
  /** When the next run that was put off is due, in milliseconds since 1970; undefined where none is. */
  nextDue(): Promise<number | undefined>;
  /** Steps of a run that were recorded, in the order they were run. */
  steps(runId: string): Promise<readonly StepResult[]>;
  /** Writes down what a step came to; the same path again changes nothing. */
  recordStep(runId: string, step: StepResult): Promise<void>;
  /** Ends a run; one that has ended stays as it is. */
  finishRun(
    runId: string,
    end: { readonly state: 'done' } | { readonly state: 'failed'; readonly error: string },
  ): Promise<void>;

  /** Takes a message on as `waiting`; the same `id` again returns what is there, and writes nothing. */
  intendMessage(message: NewMessage): Promise<Message>;
  /**
   * Writes an attempt down and moves the message from `waiting` to `sending`, before the first byte leaves. Rejects, and
   * writes nothing, where the message is not `waiting`: whoever asked must not send.
   */
  beginAttempt(attempt: Attempt): Promise<void>;
  /**
   * Writes down what became of an attempt, and moves the message forward: to `accepted`, `rejected`, `unknown`, or back to
   * `waiting` where the outcome allows a retry and `retry` is true. A callback that came first is not undone, but
   * `providerId` and answer are kept. An attempt that was settled as `accepted` or `rejected` stays so.
   */
  settleAttempt(attemptId: string, outcome: Outcome, retry: boolean): Promise<Message>;
  /** Moves a message forward on a provider's report, by the table of states; a report that does not move it is not kept. */
  reportState(messageId: string, report: { state: State; providerId?: string; error?: string }): Promise<MoveResult>;
  /** The message of an attempt, or undefined where no such attempt was made. */
  messageOfAttempt(attemptId: string): Promise<Message | undefined>;
  /** Marks every message that was left in `sending` by a host that died as `unknown`, and returns how many there were. */
  doubtInterruptedSends(): Promise<number>;

  /** The newest messages first. */
  messages(limit: number): Promise<readonly Message[]>;
  /** One event and all that came of it, or undefined. */
  story(eventId: number): Promise<Story | undefined>;
  /** The newest events first, with all that came of each. */
  stories(limit: number): Promise<readonly Story[]>;

  close(): Promise<void>;
}

/** A rule that an event fires. */
export interface NewRun {
  readonly rule: string;
  /** Of a plan that was kept before: a run whose plan is not there could not go on after a crash, and is refused. */
  readonly planHash: string;
}

export interface AppendedEvent {
  /** The journal's own number of the event. */
  readonly eventId: number;
  /** `<eventId>.<index>`, the index that of the rule in `runs`: the ids sort by the two numbers. */
  readonly runIds: readonly string[];
  readonly duplicate: boolean;
}

export interface PendingRun {
  readonly run: Run;
  readonly event: Event;
}

/** A message to be taken on. */
export interface NewMessage extends Draft {
  readonly id: string;
  readonly runId: string;
  readonly op: string;
}

/** The message as it now is, and whether the report moved it. */
export interface MoveResult {
  readonly message: Message;
  readonly moved: boolean;
}

/** One event, its runs, their steps and messages, and every state that each message went through. */
export interface Story {
  readonly eventId: number;
  readonly event: Event;
  readonly runs: readonly (Run & {
    readonly steps: readonly StepResult[];
    readonly messages: readonly (Message & { readonly states: readonly StateChange[] })[];
  })[];
}

/** One step of a message's way. */
export interface StateChange {
  readonly state: State;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly detail?: Json;
}

/** There is no journal at `path` to be read. */
export class JournalMissing extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`there is no journal at ${path}; a host that is started writes one`);
    this.name = 'JournalMissing';
    this.path = path;
  }
}

/** Another host writes to the journal at `path`; a journal has one writer. */
export class JournalInUse extends Error {
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`the journal ${path} is in use by another host; stop that one, or name another file with --journal`, {
      cause,
    });
    this.name = 'JournalInUse';
    this.path = path;
  }
}

/** What stands at `path` cannot serve as a journal here; the message says why: no journal, too new, no write-ahead log. */
export class JournalUnusable extends Error {
  readonly path: string;

  constructor(path: string, reason: string, cause?: unknown) {
    super(`the journal ${path} cannot be used: ${reason}`, { cause });
    this.name = 'JournalUnusable';
    this.path = path;
  }
}
