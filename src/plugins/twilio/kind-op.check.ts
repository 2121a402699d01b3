import type { OpArgument, OpCheck, OpUse } from '../../plugin/plugin.ts';
import type { Problem } from '../../problem/problem.ts';
import { asObject, compileSchema, type JsonSchema, propertiesOf, requiredOf } from '../../schema/schema.ts';
import type { KindVerb } from './kind.ts';
import { givenSchema } from './kind-schema.ts';
import { isKind, KINDS, type KindName, valuesOf } from './kinds.ts';
import * as wording from './problems.ts';

/** Holds the filters and settings of one use against the table of kinds, as far as they stand in the file. */
export function checkKindOp(verb: KindVerb): OpCheck {
  return (use) => {
    const of = use.args['of'];
    if (!of || !isKind(of.literal)) return [];
    const kind = of.literal;
    if (!valuesOf(KINDS[kind], verb)) return [wording.verbNotThere(kind, verb, KINDS[kind].refused?.[verb], of.at)];
    return [...checkConference(use, kind), ...checkGiven(use, kind, verb)];
  };
}

function checkConference(use: OpUse, kind: KindName): readonly Problem[] {
  const { conference } = use.args;
  const isWithin = KINDS[kind].within === 'conference';
  if (isWithin && !conference) return [use.missing(['conference'])];
  return !isWithin && conference ? [wording.conferenceNotAsked(kind, conference.at)] : [];
}

function checkGiven(use: OpUse, kind: KindName, verb: KindVerb): readonly Problem[] {
  const name = verb === 'list' ? 'where' : 'with';
  const given = use.args[name];
  const schema = givenSchema(kind, verb);
  const known = propertiesOf(schema);
  const { entries } = given ?? {};
  if (!given || !entries) return [];
  const missing = requiredOf(schema).filter((one) => !Object.hasOwn(entries, one));
  return [
    ...missing.map((one) => wording.valueMissing(kind, one, given.at)),
    ...Object.entries(entries).flatMap(([one, { key }]) => {
      const of = known[one];
      if (!of) return [wording.valueNotThere(kind, verb, one, Object.keys(known), key)];
      return checkValue(given, one, of);
    }),
  ];
}

/** Only what stands in the file as it is: what an expression gives is held against it when the op runs. */
function checkValue(given: OpArgument, name: string, schema: JsonSchema): readonly Problem[] {
  const entry = given.entries?.[name];
  const value = entry?.literal ?? asObject(given.literal)?.[name];
  if (!entry || value === undefined) return [];
  return compileSchema(schema)(value)
    .slice(0, 1)
    .map((violation) => wording.valueOfWrongForm(name, violation.message, schema, entry.at ?? entry.key));
}
