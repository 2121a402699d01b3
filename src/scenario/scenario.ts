/** Scenarios: what happens to the world of a project, and what must come of it. Read from `*.scenario.yml`, next to rulebooks. */
import type { Span } from '../problem/problem.ts';
import type { FaultRule, Habit } from '../sandbox/sandbox.ts';
import type { JsonObject, Validate } from '../schema/schema.ts';

/** One scenario. */
export interface Scenario {
  /** Unique in its file. */
  readonly name: string;
  /** Its name, or where it begins. */
  readonly at: Span;
  readonly given: Given;
  /** What happens, in order. */
  readonly when: readonly Act[];
  /** All that must come of it, and nothing else. */
  readonly expected: Outcome;
}

/** The world before anything happens. */
export interface Given {
  /** What time it is, in milliseconds since 1970. */
  readonly now: number;
  readonly habits: ReadonlyMap<string, Habit>;
  readonly faults: readonly FaultRule[];
  readonly replies: readonly GivenReply[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What a web address answers; `lost` where no answer comes. The last one of an address answers again and again. */
export interface GivenReply {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly answer:
    | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
    | 'lost';
}

/** Something that happens. Time stands still between two of them, but for `after`; a person acts as soon as they can. */
export type Act = { readonly at: Span } & (
  | { readonly kind: 'event'; readonly event: GivenEvent }
  | { readonly kind: 'after'; readonly ms: number }
  /** `phone` is E.164, and may be left out where there is no doubt. */
  | { readonly kind: 'answer' | 'reject' | 'hang-up'; readonly phone: string }
  | { readonly kind: 'press'; readonly keys: string; readonly phone?: string }
  | { readonly kind: 'reply'; readonly text: string; readonly phone?: string }
);

/** An event as a scenario has it: its time is that of the clock. */
export interface GivenEvent {
  readonly type: string;
  readonly data: JsonObject;
  readonly id?: string;
  readonly source?: string;
  readonly subject?: string;
}

/** What can come of a scenario, in the order in which it happened. */
export const SECTIONS = ['calls', 'messages', 'requests', 'failures'] as const;

/** A list of the outcome. */
export type Section = (typeof SECTIONS)[number];

/** All that came of a scenario, or should. */
export type Outcome = Readonly<Record<Section, readonly Item[]>>;

/** One call, message, request or failed run. */
export interface Item {
  /** By name, in the order of `FIELDS`; one that is empty is left out. */
  readonly fields: Readonly<Record<string, string>>;
  /** Where a scenario says it. */
  readonly at?: Span;
}

/** What is known of an item, and what it is where nothing is said. */
export const FIELDS: Readonly<Record<Section, Readonly<Record<string, string>>>> = {
  calls: { to: '', from: '', hears: '', keys: '', ends: 'completed' },
  messages: { to: '', from: '', text: '', ends: 'delivered' },
  requests: { GET: '', POST: '', DELETE: '', body: '' },
  failures: { rule: '', error: '' },
};

/** What became of a scenario that was played. */
export interface Played {
  readonly outcome: Outcome;
  /** What could not be done or did not end, in words for a person: then the scenario has failed, whatever it expects. */
  readonly faults: readonly { readonly message: string; readonly at?: Span }[];
  /** Rules that its events fired, and rules that they could have. */
  readonly fired: ReadonlySet<string>;
  readonly passedOver: ReadonlySet<string>;
}

/** What scenarios are checked against: the project that they are about. */
export interface ScenarioContext {
  /** By event type: what its data must be. */
  readonly validators: ReadonlyMap<string, Validate>;
  /** Event types that a rule names. One of them without a schema is taken with any data. */
  readonly ruleTypes: ReadonlySet<string>;
  /** Absent where not all rules are known. */
  readonly ruleNames?: readonly string[];
}
