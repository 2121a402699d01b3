/**
 * What survives a crash: events, runs and their steps, messages and their attempts, and the plans they use.
 * Verbs of the domain only; each is one transaction, and is durable when its promise resolves. Where many hosts share a journal,
 * verbs about a run that was claimed, or an attempt that was begun, reject with `ClaimLost` once another host has it.
 */
import type { Event } from '../event/event.ts';
import type { Attempt, Candidate, Draft, Message, Outcome, State, Way } from '../message/message.ts';
import type { Plan } from '../rulebook/rulebook.ts';
import type { Run, RunState, StepResult } from '../run/run.ts';
import type { Json, JsonObject } from '../schema/schema.ts';
import type { FedPump, Pump, Work } from '../time/time.ts';

export interface Journal extends EventVerbs, RunVerbs, MessageVerbs, ReadVerbs, CareVerbs {
  /** How what is due comes to a host, where the journal sees to that itself; else the host asks for it (`newPump`). */
  readonly handOut?: HandOut;
  /** Events that were handed in beside the door and did not fit, the newest first, where a journal takes such. */
  refusedEvents?(limit: number): Promise<readonly RefusedEvent[]>;
  close(): Promise<void>;
}

/** What a journal that many hosts share has for each of them. Every pump is to be made before one of them is woken. */
export interface HandOut {
  readonly runs: (work: Work<PendingRun>) => FedPump<PendingRun>;
  readonly messages: (work: Work<Message>) => Pump;
  /** `accept` resolves with the reason for which an event does not fit; it may get one that it has accepted before. */
  readonly events: (accept: (envelope: JsonObject) => Promise<string | undefined>) => Pump;
}

/** An event that was handed in and put aside. */
export interface RefusedEvent {
  readonly number: number;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly reason: string;
}

interface EventVerbs {
  /** Keeps a plan under its hash; a plan that is there already is left as it is. */
  keepPlan(plan: Plan): Promise<void>;
  plan(hash: string): Promise<Plan | undefined>;

  /**
   * Takes an event with one pending run a rule, all or nothing. An event whose source and id are known already is a
   * duplicate: nothing is written, and the runs that it got the first time are returned. Of its runs, a journal may claim the
   * first `room` at once for whoever appends, as `claimRuns` does, where nothing else is due that would come before them.
   */
  appendEvent(event: Event, runs: readonly NewRun[], room?: number): Promise<AppendedEvent>;
}

interface RunVerbs {
  /**
   * Marks what a host that died left behind: its claims are void, and those runs are due, but for those that two hosts or more
   * have died with, which are due one after the other; what it was sending is `unknown` and due, the attempt counted. To be called once, before any other claim of this host. Returns how many sends are in doubt.
   */
  takeOver(): Promise<number>;
  /**
   * Claims pending runs that are due and not claimed, the most urgent first, then the oldest. Of runs with one `orderKey` only
   * the oldest that is pending is ever claimed, and none while another of them is; one that was put off holds up those behind
   * it. A run is as urgent as the message that it took on last with a `priority`. Each claim counts as one of `tries` until
   * the run is deferred or ends.
   */
  claimRuns(limit: number): Promise<readonly PendingRun[]>;
  /**
   * Gives a claimed run back until a time (milliseconds since 1970); it is due at once where it was woken while it was claimed,
   * so that no wake is lost between a look and the deferral that follows from it. A run that is not claimed stays as it is.
   */
  deferRun(runId: string, until: number): Promise<void>;
  /** Gives a claimed run back that broke off, until a time; its tries go on counting, and `error` says why. */
  releaseRun(runId: string, until: number, error: string): Promise<void>;
  /** Makes a pending run due now. One that is claimed is due again as soon as it is deferred. */
  wakeRun(runId: string): Promise<void>;
  /**
   * When the next run that could be claimed is due, in milliseconds since 1970, and 0 where one is due already; undefined
   * where none is. Runs that wait for their turn with an `orderKey` do not count: the end of the one before brings them.
   */
  nextRunDue(): Promise<number | undefined>;
  /** Steps of a run that were recorded, in the order they were run. */
  steps(runId: string): Promise<readonly StepResult[]>;
  /** Writes down what a step came to; the same path again changes nothing. */
  recordStep(runId: string, step: StepResult): Promise<void>;
  /** Ends a run; one that has ended stays as it is. `dead`: it cannot go on, and a person has to see to it. */
  finishRun(runId: string, end: RunEnd): Promise<void>;
  /**
   * Makes a run that failed or is dead pending and due again: it goes on after its last recorded step. What was `rejected`
   * is tried anew: when such a message of the run is intended again, it is taken on as a new one, under its old id. Returns
   * whether the run had ended so.
   */
  resumeRun(runId: string): Promise<boolean>;
}

interface MessageVerbs {
  /**
   * Takes a message on as `waiting`, due now; the same `id` again returns what is there, and writes nothing. With an attempt
   * id, the first attempt at a new message begins in the same transaction, on its way where that is given: it is then returned
   * as `sending`. A message that was rejected before its run was resumed is new again: with the words that are given now, no
   * attempts, and a new age. With `oncePerRelated`, one that would be new is not taken on where another says the same about the
   * same, and is not rejected: that one is returned, under its own id. Of two that are intended at one time, one is taken on.
   */
  intendMessage(
    message: NewMessage,
    attemptId?: string,
    way?: Way,
  ): Promise<{ readonly message: Message; readonly isNew: boolean }>;
  /**
   * Asks leave to send a message that is `waiting` or `retrying` now, and takes its place in every bucket. Leave that was
   * given for later is kept: the message is due then, and the same question then is answered with `now`, and takes no
   * second place, until an attempt begins. Leave that is 5 seconds old is void: after a halt the host does not send at once
   * what it would have sent in the meantime. A message counts once against its caps, on the day of its place, however often it
   * is tried; twice where it is sent again after `unknown`. `refused` moves nothing. `resource` is the one that it is to go
   * through, whose limits these are: leave for another one is void, and it counts anew.
   * Rejects where the message is in another state.
   */
  admit(messageId: string, limits: readonly Limit[], resource: string): Promise<Admission>;
  /** Puts a message off that is `waiting`, `retrying` or `unknown`; one that has moved on meanwhile is returned as it is. */
  postponeMessage(messageId: string, until: number): Promise<Message>;
  /**
   * Writes an attempt down and moves the message from `waiting` or `retrying` to `sending`, before the first byte leaves.
   * Rejects, and writes nothing, where the message is in another state: whoever asked must not send. `way`: how it goes out,
   * where that is not as the message says.
   */
  beginAttempt(messageId: string, attemptId: string, way?: Way): Promise<Message>;
  /**
   * Writes down what became of an attempt, and moves the message forward: to `accepted`, or the state that comes with that;
   * to `rejected`, or `retrying` where `nextAt` is given; or to `unknown`, due at `nextAt` and held without it. The attempt counts in `attempts`
   * from here on, unless it was `unreached`. A callback that came first is not undone, but `providerId` and answer are kept.
   * An attempt that was settled as `accepted` or `rejected` stays so; one after which another began only moves the message
   * by its acceptance. The run is not woken: the caller is the one who works on it. With `goesOn`, a refused message that has a
   * `nextAt` goes on from the resource of this attempt (`passed`): its attempts and its caps count anew.
   */
  settleAttempt(attemptId: string, outcome: Outcome, nextAt?: number, goesOn?: boolean): Promise<Message>;
  /**
   * Settles an attempt whose fate is unknown by what the provider has: the first candidate whose id is not another message's
   * is this attempt, and its message is `accepted` and its run woken. Where other attempts at the same number with the same
   * words are in doubt or under way, there have to be more such candidates than those: nobody can say which is whose. Where a callback has told the id already, only that one
   * is. Undefined where there is none such, or the attempt is settled; nothing is written then.
   */
  settleSighting(attemptId: string, candidates: readonly Candidate[]): Promise<Message | undefined>;
  /**
   * Counts a look at the provider in vain for an `unknown` message, which is due again at `nextAt`, or held without it; one
   * that is not `unknown` any more is returned as it is. Wakes no run.
   */
  recordLook(messageId: string, nextAt?: number): Promise<Message>;
  /**
   * Moves an `unknown` message back to `waiting`, due now, marked as a possible duplicate; one that is not `unknown` any more
   * is returned as it is. Wakes no run. With `goesOn`, it goes on from the resource of its last attempt (`passed`).
   */
  sendAgain(messageId: string, goesOn?: boolean): Promise<Message>;
  /**
   * Moves a message forward on a report, by the table of states; a report that does not move it is not kept, and none of a
   * state that is the host's own (`isOpen`) does. The event is appended with its runs in the same transaction where the message
   * moved. In it the run of the message is woken as well where it may wait for this: where the message has its first fate, or
   * nothing more can be expected of it (it is final, or `untracked`).
   */
  reportState(messageId: string, report: Report, sequel?: Sequel): Promise<MoveResult>;
  /**
   * Makes a new message of one that ended badly (`rejected`, `undelivered`, `failed`, `busy`, `no-answer`, `canceled`), with
   * `resendOf`, waiting and due now. Undefined where the message is in another state, or was sent again already and that one
   * has not ended badly too: a button that is pressed twice calls nobody twice.
   */
  resendMessage(messageId: string): Promise<Message | undefined>;
  /** Messages that are due and not being sent, the most urgent first, then those due longest. */
  dueMessages(limit: number): Promise<readonly Message[]>;
  /** When the next message is due, in milliseconds since 1970, also in the past; undefined where none is. */
  nextMessageDue(): Promise<number | undefined>;
}

interface ReadVerbs {
  message(id: string): Promise<Message | undefined>;
  /** The message of an attempt, or undefined where no such attempt was made. */
  messageOfAttempt(attemptId: string): Promise<MessageOfAttempt | undefined>;
  /** Attempts at a message, in order. */
  attempts(messageId: string): Promise<readonly SettledAttempt[]>;
  /** Every state that a message went through, in order. */
  stateChanges(messageId: string): Promise<readonly StateChange[]>;
  /** The newest messages first; `before` pages on from the last one that was returned. */
  messages(limit: number, filter?: MessageFilter, before?: string): Promise<readonly Message[]>;
  /** The newest runs first. */
  runs(limit: number, states?: readonly RunState[]): Promise<readonly RunWithEvent[]>;
  run(id: string): Promise<RunWithEvent | undefined>;
  /** One event and all that came of it, or undefined. */
  story(eventId: number): Promise<Story | undefined>;
  /** The newest events first, with all that came of each. */
  stories(limit: number): Promise<readonly Story[]>;
}

interface CareVerbs {
  /**
   * Removes events that came before a time (milliseconds since 1970) and all that came of them, oldest first, and plans that
   * nothing names any more: at most `limit` events, in one short transaction. Events stay that have a run which is pending or
   * dead, or a message that has no fate yet (`isOpen`), or one that is not final and moved within the last day; so do plans
   * that were kept since the journal was opened. Returns how many events went: fewer than `limit` where no more may go.
   */
  prune(before: number, limit: number): Promise<number>;
  /**
   * Writes a whole copy, as of now, to a new file at `path`, while the host works; the file has its name when it is whole.
   * `progress` is told the share that is done, 0 to 1. Rejects with `BackupRefused`.
   */
  backup(path: string, progress?: (share: number) => void): Promise<void>;
  /** Reads everything and returns what is not in order, in words; empty where all is. Takes long, and nothing else goes on. */
  verify(): Promise<readonly string[]>;
}

/** A rule that an event fires. */
export interface NewRun {
  readonly rule: string;
  /** Of a plan that was kept before: a run whose plan is not there could not go on after a crash, and is refused. */
  readonly planHash: string;
  /** Runs with one key are worked off one after the other, in the order of their events. */
  readonly orderKey?: string;
}

export interface AppendedEvent {
  /** The journal's own number of the event. */
  readonly eventId: number;
  /** `<eventId>.<index>`, the index that of the rule in `runs`: the ids sort by the two numbers. */
  readonly runIds: readonly string[];
  readonly duplicate: boolean;
  /** Those of its runs that were claimed at once. */
  readonly claimed: readonly PendingRun[];
}

export interface PendingRun {
  readonly run: Run;
  readonly event: Event;
  /** Claims since the run was last deferred, this one included: more than one where it broke off, or its host died. */
  readonly tries: number;
  /** It was never claimed before: no step of it was recorded, and no message taken on. */
  readonly isFresh: boolean;
}

/** How a run ended. */
export type RunEnd = { readonly state: 'done' } | { readonly state: 'failed' | 'dead'; readonly error: string };

/** A run, and the event that started it. */
export interface RunWithEvent extends Run {
  readonly event: Event;
  /** When a pending one goes on that was put off, in milliseconds since 1970; absent where it is due, or has ended. */
  readonly dueAt?: number;
}

/** A message, and one of the attempts at it. */
export interface MessageOfAttempt {
  readonly message: Message;
  readonly attempt: Attempt;
}

/** A message to be taken on. */
export interface NewMessage extends Draft {
  readonly id: string;
  readonly runId: string;
  readonly op: string;
}

/** A bound on what may be sent. `key` names the bucket, such as `sender:twilio_resource:+34...`. */
export type Limit =
  /** One every `intervalMs`, evenly; what comes sooner waits for its turn. */
  | { readonly kind: 'rate'; readonly key: string; readonly intervalMs: number }
  /** At most `max` messages in a day of UTC; what comes after that is refused. */
  | { readonly kind: 'cap'; readonly key: string; readonly max: number };

/** Whether a message may be sent: now, at a time (milliseconds since 1970), or not, for the limit that is exhausted. */
export type Admission =
  | { readonly kind: 'now' }
  | { readonly kind: 'later'; readonly at: number }
  | { readonly kind: 'refused'; readonly limit: Limit };

/** What is heard about a message. */
export interface Report {
  readonly state: State;
  readonly providerId?: string;
  /** The resource that told it, where that is another than the message's. */
  readonly via?: string;
  readonly error?: string;
  /** What it adds to the provider's answer. */
  readonly answer?: JsonObject;
  /** It counts only while the message is in one of these: what a person decided on may have moved meanwhile. */
  readonly onlyFrom?: readonly State[];
}

/** An event that a report is, and the runs that it starts. */
export interface Sequel {
  readonly event: Event;
  readonly runs: readonly NewRun[];
}

/** The message as it now is, whether the report moved it, and the event that was appended for it. */
export interface MoveResult {
  readonly message: Message;
  readonly moved: boolean;
  readonly appended?: AppendedEvent;
}

/** What messages are looked for; what is absent does not matter. */
export interface MessageFilter {
  readonly states?: readonly State[];
  /** Whom it is for, or whom it was sent to in the end. */
  readonly to?: string;
  /** What its op named, or what it was sent through in the end. */
  readonly resource?: string;
  readonly tag?: string;
  readonly template?: string;
  /** `type:id` */
  readonly related?: string;
  /** A key of `extra`, and the text of its value, such as `4711` or `true`; lists and maps are not looked for. */
  readonly extra?: { readonly key: string; readonly value: string };
  /** Created at or after, and before; milliseconds since 1970. */
  readonly since?: number;
  readonly until?: number;
}

/** An attempt, and what became of it: nothing yet where `outcome` is absent. */
export interface SettledAttempt extends Attempt {
  readonly outcome?: Outcome['kind'];
  /** Milliseconds since 1970. */
  readonly settledAt?: number;
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

/**
 * Another host has what this one had claimed: it was gone for longer than its lease. Nothing was written; whoever asked must
 * leave the run, or the send, to the other.
 */
export class ClaimLost extends Error {
  constructor(verb: string) {
    super(`another host has taken this over ("${verb}" came too late)`);
    this.name = 'ClaimLost';
  }
}

/** No backup was written to `path`; the message says why. */
export class BackupRefused extends Error {
  readonly path: string;

  constructor(path: string, reason: string, cause?: unknown) {
    super(`no backup was written to ${path}: ${reason}`, { cause });
    this.name = 'BackupRefused';
    this.path = path;
  }
}
