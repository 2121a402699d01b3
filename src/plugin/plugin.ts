/** The contract that a plugin is written against. The built-in plugins have no other door. */
import type { HttpClient } from '../http/http.ts';
import type { Draft, Line, Message, Piece, Provider, SendOptions } from '../message/message.ts';
import type { Problem, Source, Span } from '../problem/problem.ts';
import type { Resource, ResourceFile } from '../resource/resource.ts';
import { asObject, asText, type Json, type JsonObject, type JsonSchema } from '../schema/schema.ts';
import { durationMs } from '../time/time.ts';
import type { EventSourceEntry } from './source.ts';

export type { Piece } from '../message/message.ts';
export { isAlwaysThere } from './always-there.ts';
export { inPublic, outcomeOfFailure, outcomeOfStatus, pauseOf, readObject } from './answer.ts';
export { type Gathered, newGatherer, whenAllAbort } from './gather.ts';
export { OpFailed } from './op-failed.ts';
export { reachableUrl } from './reach.ts';
export type { EventFault, EventSource, EventSourceEntry, EventVerdict, SourceWire } from './source.ts';
export { isThere, type Table, tableOf, wordsOf } from './table.ts';
export { accentsOf, waysThrough } from './through.ts';

/** The version of this contract. A plugin names the one that it was written for; it changes when such a plugin would break. */
export const PLUGIN_API = 1;

/**
 * What a plugin brings. Its schemas are files of the directory `schemas`: `op/<op>.json` (arguments and result) and
 * `resource/<Class>.json`; `"sends": true` in one of them adds what all that sends has in common. Whatever runs is loaded when it is first used, so that checking a rulebook loads none of it.
 */
export interface Plugin {
  /** Written as a number, and not as `PLUGIN_API`, which is always that of the host. */
  readonly api: typeof PLUGIN_API;
  readonly name: string;
  readonly schemas: URL;
  readonly ops: Readonly<Record<string, OpEntry>>;
  readonly resourceClasses: Readonly<Record<string, ResourceClassEntry>>;
  /** By the class of the resources that each is started for; one that sends nothing need not be in `resourceClasses`. */
  readonly eventSources?: Readonly<Record<string, EventSourceEntry>>;
  /** Types of events that its sources bring, each with `event/<type>.json`. A project may describe one of them more closely. */
  readonly eventTypes?: readonly string[];
}

/** An op of a plugin. `check` finds at compile time what its schema cannot say. */
export interface OpEntry {
  readonly check?: OpCheck;
  /** What it comes to, where the arguments that stand in the rulebook tell more than its schema; always the same object for the same. */
  readonly result?: (literal: (argument: string) => Json | undefined) => JsonSchema | undefined;
  load(): Promise<Op>;
}

/** A class of resources, and the provider that sends through them. */
export interface ResourceClassEntry {
  readonly sends: readonly Sends[];
  /** The name of the setting with the number that its texts come from where an op names none; of several the first that is given. */
  readonly sender?: string | readonly string[];
  /** Without that number its messages go out all the same, and the provider sets their sender: their `from` is empty. */
  readonly isSenderOptional?: true;
  /** The name of the setting with the number that its calls come from where an op names none. */
  readonly caller?: string;
  /** The name of the setting with the flow that its calls lead to where an op names none. */
  readonly flow?: string;
  /** Why calls cannot be led to such a flow, in words that do not repeat it; undefined where they can. */
  readonly flowRefusal?: (flow: string) => string | undefined;
  /** What only this class knows of text messages: whom they can come from, and what the `options` of their op can say. */
  readonly texts?: {
    /** Why none can come from there, in words that do not repeat it. */
    readonly senderRefusal: (sender: string) => string | undefined;
    /** None where absent. */
    readonly options?: JsonSchema;
    /** A text of more parts is refused. */
    readonly mostParts?: number;
  };
  /** Arguments of ops that its provider has no place for. */
  readonly lacks?: readonly string[];
  /** The names of the settings that say whose account it is: resources of one account share its `accountRate`. */
  readonly account?: readonly string[];
  /**
   * How many requests of its account a send takes in all, where that is more than one: the question by which its callback is
   * confirmed, or that takes the place of one. `accountRate` is of requests.
   */
  readonly requestsPerSend?: number;
  /** Whether it tells of messages that people write to its sender: its provider has `readReceived`. */
  readonly receives?: true;
  /** Nothing of it leaves this machine, so it is the same where scenarios are run. */
  readonly isLocal?: true;
  /** A run keeps to its resources as they were when the run began, as it does to its rulebook: they are part of the plan. */
  readonly isPlanned?: true;
  /** Finds in the file of a resource what the schema of its settings cannot say. Pure. */
  readonly check?: (file: ResourceFile) => readonly Problem[];
  /**
   * The settings that lead to the provider. Where scenarios are run, they lead to the phone network of this machine; a class
   * without them is stood in for by one that has them.
   */
  readonly access?: { readonly url: string; readonly account: string; readonly token: string };
  /**
   * It sends nothing itself, and leads to other resources: those that a number goes through, by their `mid`, in the order in which
   * they are tried; all that it can lead to where no number is given.
   */
  readonly ways?: (settings: Readonly<Record<string, Json>>, to?: string) => readonly string[];
  /** Finds at compile time what is wrong with a resource beside the others. */
  readonly checkBeside?: (resource: ResourceFile, world: ResourceWorld) => readonly Problem[];
  load(): Promise<MakeProvider>;
}

/** The resources of a project, as the check of one of them sees them. */
export interface ResourceWorld {
  readonly mids: readonly string[];
  resource(mid: string): ResourceFile | undefined;
  /** Its file is there, and what is wrong with it is told there. */
  isBroken(mid: string): boolean;
  sendsOf(resource: ResourceFile): readonly Sends[];
  /** Whether it leads to other resources (`ways`). */
  isRoute(resource: ResourceFile): boolean;
}

/** What can be sent: a text, a call that says a script, one that connects two numbers, one that leads to a flow of the provider's. */
export type Sends = 'sms' | 'call' | 'connect' | 'flow';

/** Makes the provider of one resource. */
export type MakeProvider = (resource: Resource, wire: ProviderWire) => Provider;

/** What a provider may use. */
export interface ProviderWire {
  readonly http: HttpClient;
  /** A line for the operator; full numbers and secrets stay out of it. */
  readonly log: (line: string) => void;
}

/**
 * Runs once for each step that is executed; a step that was recorded is not run again. Its result is what
 * `name = op:` captures. Rejects with `OpFailed` for whatever the rule's author or the operator should read.
 */
export type Op = (args: JsonObject, context: OpContext) => Promise<Json>;

/** The first `sender` setting of a class that is given; the last where none is. */
export function senderSettingOf(
  { sender }: Pick<ResourceClassEntry, 'sender'>,
  settings: Readonly<Record<string, Json>>,
): string | undefined {
  const names = [sender ?? []].flat();
  return names.find((name) => asText(settings[name])) ?? names.at(-1);
}

/** What an op may use. */
export interface OpContext {
  readonly signal: AbortSignal;
  /** The resource with this `mid`; its existence and class were proved by the compiler. */
  resource(mid: string): Resource;
  /**
   * The number that a resource sends from where an op names none: its class's `sender` setting. Empty where that is absent and
   * the provider sets one.
   */
  sender(mid: string): string | undefined;
  /** The number that calls of a resource come from where an op names none: its class's `caller` setting. Empty for a route. */
  caller(mid: string): string | undefined;
  /** The flow that calls of a resource lead to where an op names none: its class's `flow` setting. Empty for a route. */
  flow(mid: string): string | undefined;
  /** The text of a file of `resources/templates/`. */
  template(name: string): Source;
  /**
   * Takes a message on and sees it accepted by its provider. Rejects with `NotSent` of the message door when it is
   * rejected, or when its fate is unknown; an op lets that pass. With `oncePerRelated`, rejects with `SaidBefore` of the same
   * door where another was taken on before.
   */
  send(draft: Draft): Promise<Message>;
  /** HTTP for ops that speak to other services. */
  readonly http: HttpClient;
  /**
   * What the step is to know should it be cut off before its result is recorded, and be run again: kept before something is
   * asked for that must not be asked for twice. The first note stays.
   */
  readonly note: StepNote;
  /** A line for the operator; numbers and secrets stay out of it. */
  log(line: string): void;
}

/** What a step wrote down before it was cut off, if it was, and how to write it down: durable once the promise resolves. */
export interface StepNote {
  readonly kept: Json | undefined;
  keep(note: Json): Promise<void>;
}

/** How a message is sent, of the arguments that all ops have which send (schemas/shared/send.json). */
export function sendOptions(args: JsonObject): SendOptions {
  const { on_unknown, max_attempts, max_age, priority, tags, related, extra } = args;
  const maxAgeMs = typeof max_age === 'string' ? durationMs(max_age) : undefined;
  return {
    ...((on_unknown === 'resend' || on_unknown === 'hold' || on_unknown === 'next') && { onUnknown: on_unknown }),
    ...(typeof max_attempts === 'number' && { maxAttempts: max_attempts }),
    ...(maxAgeMs !== undefined && { maxAgeSeconds: maxAgeMs / 1_000 }),
    ...(typeof priority === 'number' && { priority }),
    ...(tags !== undefined && { tags: textsOf(tags) }),
    ...(related !== undefined && { related: textsOf(related) }),
    ...(extra !== undefined && { extra: asObject(extra) ?? {} }),
  };
}

/** How a call is held, of the arguments that ops have which put calls through. */
export function lineOf(args: JsonObject): Line {
  const { time_out, time_limit, record, custom_field } = args;
  return {
    ...(typeof time_out === 'number' && { ringSeconds: time_out }),
    ...(typeof time_limit === 'number' && { limitSeconds: time_limit }),
    ...(typeof record === 'boolean' && { record }),
    ...(typeof custom_field === 'string' && { note: custom_field }),
  };
}

function textsOf(value: Json): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Pure: looks at one use of an op in a rulebook and returns its problems. */
export type OpCheck = (use: OpUse) => readonly Problem[];

/** One use of an op in a rulebook, as the compiler has it. */
export interface OpUse {
  readonly op: string;
  /** The op's name where it stands. */
  readonly at: Span;
  /** The resource that it names, where that leads to others: each of them is checked in a use of its own. */
  readonly route?: ResourceFile;
  /** The arguments that were given, by name. */
  readonly args: Readonly<Record<string, OpArgument>>;
  resource(mid: string): ResourceFile | undefined;
  /** The name of the setting that a resource sends from: of several the first that it has, or the last. */
  senderSetting(mid: string): string | undefined;
  /** Whether a resource sends without a number of its own as well. */
  isSenderOptional(mid: string): boolean;
  /** The names of the `caller` and `flow` settings of a resource's class. */
  callerSetting(mid: string): string | undefined;
  flowSetting(mid: string): string | undefined;
  /** Why calls of a resource cannot be led to such a flow. */
  flowRefusal(mid: string, flow: string): string | undefined;
  /** Whether texts of a resource keep their accents where the op does not say so. */
  hasAccents(mid: string): boolean;
  /** What the class of a resource knows of text messages. */
  texts(mid: string): ResourceClassEntry['texts'];
  template(name: string): Source | undefined;
  readonly templateNames: readonly string[];
  /** The problem of required arguments that are missing, in the words that users know. */
  missing(names: readonly string[]): Problem;
}

/** One argument of an op in a rulebook. */
export interface OpArgument {
  /** Its value where no `${}` stands in it, else undefined. */
  readonly literal: Json | undefined;
  readonly at: Span;
  /** Its text, of a scalar. */
  readonly pieces?: readonly Piece[];
  /** For a map: its entries by their keys. */
  readonly entries?: Readonly<Record<string, OpArgumentEntry>>;
}

/** One entry of a map that is an argument: the place of its key and of its value, and of a scalar its text. */
export interface OpArgumentEntry {
  readonly key: Span;
  readonly at?: Span;
  /** Its value where no `${}` stands in it. */
  readonly literal?: Json;
  readonly pieces?: readonly Piece[];
}

/** All that the loaded plugins bring, by name. A schema is read when it is first asked for. */
export interface Registry {
  readonly plugins: readonly Plugin[];
  /** Why some of what was named is not among them. */
  readonly problems: readonly Problem[];
  readonly opNames: readonly string[];
  readonly resourceClassNames: readonly string[];
  op(name: string): OpDefinition | undefined;
  resourceClass(name: string): ResourceClassDefinition | undefined;
}

/** An op and what its schema says. `args` has the arguments as properties, in the order that messages list them. */
export interface OpDefinition extends Omit<OpEntry, 'result'> {
  readonly name: string;
  readonly args: JsonSchema;
  readonly result: JsonSchema;
  /** `result`, or what is known of it by the arguments that stand in the rulebook. */
  resultFor(literal: (argument: string) => Json | undefined): JsonSchema;
}

/** A class of resources and the schema of its settings. */
export interface ResourceClassDefinition extends ResourceClassEntry {
  readonly name: string;
  readonly settings: JsonSchema;
  /** Present where each resource of it is a source of events. */
  readonly source?: EventSourceEntry;
}
