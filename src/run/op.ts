import type { HttpClient } from '../http/http.ts';
import { type Draft, type Message, NotSent, Postponed, toE164 } from '../message/message.ts';
import {
  type Op,
  type OpContext,
  type OpDefinition,
  OpFailed,
  type Registry,
  type StepNote,
  senderSettingOf,
} from '../plugin/plugin.ts';
import type { Resource } from '../resource/resource.ts';
import type { Evaluate, OpStep, Plan, Scope, Value } from '../rulebook/rulebook.ts';
import { compileSchema, type Json, type JsonObject, propertiesOf } from '../schema/schema.ts';
import { Deferred, failed } from './flow.ts';
import type { Run } from './run.ts';

/** What ops are run with. */
export interface OpExecution {
  readonly evaluate: Evaluate;
  readonly valueIn: (value: Value, scope: Scope, evaluate: Evaluate) => Json;
  readonly registry: Registry;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly http: HttpClient;
  /** Takes a message on, and resolves when its first fate is known. */
  readonly deliver: (call: OpCall, id: string, draft: Draft) => Promise<Message>;
  readonly log: (line: string) => void;
  /** Whose numbers need no country code (ISO 3166-1 alpha-2). */
  readonly region?: string;
}

/** One op about to be run. `id` is made of its place in the run, and is the same when the run is taken up again. */
export interface OpCall {
  readonly id: string;
  readonly run: Run;
  readonly step: OpStep & { readonly place: string };
  readonly plan: Plan;
  readonly note: StepNote;
  readonly signal: AbortSignal;
  /** Told what is still being written when the op has its result. */
  readonly follow: (written: Promise<unknown>) => void;
}

/** What an op came to, and the messages that it sent. */
export interface OpEnd {
  readonly result: Json;
  readonly sent: readonly Message[];
}

/** What ops do, once it was loaded: a dynamic import costs time again and again. */
const loaded = new WeakMap<OpDefinition, Op>();

/**
 * Runs an op of a plugin. Throws `StepFailed` for what the op, or what it called, could not do, and `Deferred` while the fate
 * of a message that it sends is open.
 */
export async function runOp(call: OpCall, given: JsonObject, execution: OpExecution): Promise<OpEnd> {
  const { step } = call;
  const op = execution.registry.op(step.op);
  if (!op) throw failed(step.op, step.place, `there is no op "${step.op}" any more`);
  const args = withNumbers(given, op, execution.region);
  // What the compiler could not prove, because only the event has it, is held against the schema here.
  const [violation] = compileSchema(op.args)(args);
  if (violation) throw failed(step.op, step.place, `argument "${violation.path.join('.')}" ${violation.message}`);
  const perform = loaded.get(op) ?? (await op.load());
  loaded.set(op, perform);
  const sent: Message[] = [];
  try {
    return { result: await perform(args, contextOf(call, execution, sent)), sent };
  } catch (failure) {
    if (failure instanceof OpFailed || failure instanceof NotSent)
      throw failed(step.op, step.place, failure.message, failure);
    if (failure instanceof Postponed) throw new Deferred(failure.until);
    throw failure;
  }
}

/** The same, with the numbers that are to be reached in E.164 form where the event has them as the people of `region` write them. */
function withNumbers(args: JsonObject, op: OpDefinition, region: string | undefined): JsonObject {
  if (region === undefined) return args;
  const known = propertiesOf(op.args);
  const numbers = Object.entries(args).flatMap(([name, value]): readonly (readonly [string, Json])[] => {
    const number = known[name]?.['recipient'] === true && typeof value === 'string' ? toE164(value, region) : undefined;
    return number === undefined ? [] : [[name, number]];
  });
  return { ...args, ...Object.fromEntries(numbers) };
}

function contextOf(call: OpCall, execution: OpExecution, sent: Message[]): OpContext {
  const { id, step, plan, note, signal } = call;
  let sends = 0;
  const resource = (mid: string): Resource => {
    const planned = plan.resources && Object.hasOwn(plan.resources, mid) ? plan.resources[mid] : undefined;
    const found = planned ? { mid, ...planned, secrets: {} } : execution.resources.get(mid);
    if (!found) throw new OpFailed(`there is no resource "${mid}"`);
    return found;
  };
  const classOf = (mid: string) => execution.registry.resourceClass(resource(mid).class);
  const setting = (mid: string, name: string | undefined): string | undefined => {
    const value = name === undefined ? undefined : resource(mid).settings[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  return {
    signal,
    http: execution.http,
    note,
    resource,
    sender: (mid) => {
      const known = classOf(mid);
      const number = setting(mid, known && senderSettingOf(known, resource(mid).settings));
      return number ?? (known?.isSenderOptional ? '' : undefined);
    },
    caller: (mid) => setting(mid, classOf(mid)?.caller) ?? (classOf(mid)?.ways && ''),
    flow: (mid) => setting(mid, classOf(mid)?.flow) ?? (classOf(mid)?.ways && ''),
    template: (name) => {
      const text = plan.templates[name];
      if (text === undefined) throw new OpFailed(`there is no template "${name}"`);
      return { file: `resources/templates/${name}`, text };
    },
    send: async (draft) => {
      const message = await execution.deliver(call, `${id}.${sends++}`, draft);
      sent.push(message);
      return message;
    },
    log: (line) => execution.log(`${step.place} ${line}`),
  };
}
