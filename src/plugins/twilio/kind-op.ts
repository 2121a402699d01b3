/** What the ops that reach into a Twilio account have in common when they run. */
import { type OpContext, OpFailed } from '../../plugin/plugin.ts';
import { asObject, compileSchema, type Json, type JsonObject } from '../../schema/schema.ts';
import { accountOf } from './account.ts';
import type { KindVerb } from './kind.ts';
import { givenSchema } from './kind-schema.ts';
import { isKind, KINDS, type KindName, valuesOf } from './kinds.ts';
import { Lost, newReach, type Reach, Refused } from './reach.ts';

/** One use of such an op. */
export interface KindUse {
  readonly kind: KindName;
  readonly reach: Reach;
  /** `where`, or `with`. */
  readonly given: JsonObject;
  readonly conference: string | undefined;
}

/** Reads the arguments; what only an expression gives is held against the table here. */
export function useOf(verb: KindVerb, args: JsonObject, context: OpContext): KindUse {
  const { of: kind } = args;
  if (!isKind(kind)) throw new OpFailed('"of" is no kind of thing that a Twilio account holds');
  if (!valuesOf(KINDS[kind], verb)) throw new OpFailed(`${kind}: twilio_${verb} is not there for them`);
  const name = verb === 'list' ? 'where' : 'with';
  const given = withoutNothing(asObject(args[name] ?? {}) ?? {});
  const [violation] = compileSchema(givenSchema(kind, verb))(given);
  if (violation) throw new OpFailed(`"${[name, ...violation.path].join('.')}" ${violation.message}`);
  const conference = textOrNothing(args['conference']);
  if (KINDS[kind].within === 'conference' && conference === undefined)
    throw new OpFailed('"conference" must be the SID of a conference');
  const reach = newReach(
    accountOf(context.resource(textOrNothing(args['resource']) ?? '')),
    context.http,
    context.signal,
  );
  return { kind, reach, given, conference };
}

/** `sid`, or what stands in its place. */
export function sidOf(args: JsonObject): string {
  const sid = textOrNothing(args['sid']);
  if (sid === undefined) throw new OpFailed('"sid" must be the SID of what is meant');
  return sid;
}

/** What Twilio says no to fails the op with its reason. */
export async function orFail<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (failure) {
    if (failure instanceof Refused) throw new OpFailed(failure.message, failure);
    if (failure instanceof Lost) throw new OpFailed(failure.message, failure);
    throw failure;
  }
}

/** Null is as good as nothing: an event that lacks a field narrows nothing. */
function withoutNothing(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function textOrNothing(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
