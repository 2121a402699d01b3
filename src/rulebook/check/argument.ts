import type { OpDefinition } from '../../plugin/plugin.ts';
import { didYouMean, type Problem, type Source, type Span } from '../../problem/problem.ts';
import { compileSchema, type JsonSchema, propertiesOf, requiredOf, typesOf } from '../../schema/schema.ts';
import { nodeAt, spanOf, trapIn } from '../../yaml/yaml.ts';
import { literalOf, readable } from '../compile-value.ts';
import type { Given, GivenArguments, World } from '../given.ts';
import * as problems from '../problems.ts';
import { checkNamed } from './named.ts';

/** Missing, disallowed and mistyped arguments of an op. */
export function checkArguments(
  source: Source,
  op: OpDefinition,
  at: Span,
  given: GivenArguments,
  world: World,
): readonly Problem[] {
  const known = propertiesOf(op.args);
  return [
    ...checkNames(op.name, Object.keys(known), requiredOf(op.args), at, given),
    ...[...given].flatMap(([name, argument]) => {
      const schema = known[name];
      return schema ? checkArgument(source, op.name, name, argument, schema, world) : [];
    }),
  ];
}

/** Missing and disallowed arguments, in the words that users know. */
export function checkNames(
  op: string,
  known: readonly string[],
  required: readonly string[],
  at: Span,
  given: GivenArguments,
): readonly Problem[] {
  const extra = [...given].filter(([name]) => !known.includes(name));
  // One that was misspelt is told as that alone.
  const meant = new Set(extra.map(([name]) => didYouMean(name, known)));
  const missing = required.filter((name) => !given.has(name) && !meant.has(name));
  const free = known.filter((name) => !given.has(name));
  return [
    ...(missing.length > 0 ? [problems.argumentsMissing(op, missing, at)] : []),
    ...extra.map(([name, { key }]) => problems.argumentNotAvailable(op, name, known, free, key)),
  ];
}

function checkArgument(
  source: Source,
  op: string,
  name: string,
  { node, compiled }: Given,
  schema: JsonSchema,
  world: World,
): readonly Problem[] {
  const at = spanOf(source, node);
  const literal = literalOf(compiled.value);
  if (literal === undefined) {
    const fits = compiled.type === undefined || fitsSchema(compiled.type, schema);
    return fits ? [] : [problems.argumentOfWrongType(name, compiled.type ?? '', schema, at)];
  }
  const violations = compileSchema(schema)(literal);
  if (violations.length === 0) return typeof literal === 'string' ? checkNamed(literal, schema, at, world) : [];
  return violations.map((violation) => {
    const wrong = nodeAt(node, violation.path);
    return {
      ...problems.argumentOfWrongForm(op, name, violation, spanOf(source, wrong)),
      ...trapIn(source, wrong, violation.keyword),
    };
  });
}

/** Whether values of a CEL type can fit a schema; a type that is only known at run time can. */
function fitsSchema(type: string, schema: JsonSchema): boolean {
  const types = typesOf(schema);
  if (type === 'dyn' || types.length === 0) return true;
  return types.includes(jsonType(type)) || (jsonType(type) === 'number' && types.includes('integer'));
}

function jsonType(type: string): string {
  if (type === 'double' || type === 'int' || type === 'uint') return 'number';
  if (type === 'bool') return 'boolean';
  if (type.startsWith('list')) return 'array';
  return readable(type) === 'map' ? 'object' : type;
}
