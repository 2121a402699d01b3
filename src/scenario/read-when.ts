import type { Problem, Source, Span } from '../problem/problem.ts';
import { asObject, asText, type JsonObject, type Violation } from '../schema/schema.ts';
import { entryOf, keyAt, type MapNode, type Node, nodeAt, spanOf, toJson, trapIn } from '../yaml/yaml.ts';
import { startOf } from './form.ts';
import * as problems from './problems.ts';
import { millisecondsOf } from './read-given.ts';
import type { Act, GivenEvent, ScenarioContext } from './scenario.ts';

/** What can happen, and the keys that say more of it. */
const ACTS: Readonly<Record<string, readonly string[]>> = {
  event: ['data', 'id', 'source', 'subject'],
  after: [],
  answer: [],
  reject: [],
  hang_up: [],
  press: ['phone'],
  reply: ['phone'],
};

/** Reads `when`, of which the schema has found nothing wrong. */
export function readWhen(
  source: Source,
  node: Node | undefined,
  context: ScenarioContext,
  found: Problem[],
): readonly Act[] {
  const items = node?.kind === 'list' ? node.items : [];
  return items.flatMap((item) => (item.kind === 'map' ? readAct(source, item, context, found) : []));
}

function readAct(source: Source, node: MapNode, context: ScenarioContext, found: Problem[]): readonly Act[] {
  const names = node.entries.map(({ key }) => key.text).filter((name) => Object.hasOwn(ACTS, name));
  const [name] = names;
  const value = name === undefined ? undefined : entryOf(node, name)?.value;
  if (name === undefined || !value || names.length > 1) {
    found.push(problems.notOne('each item of `when`', Object.keys(ACTS), startOf(source, node)));
    return [];
  }
  const beside = node.entries.filter(({ key }) => key.text !== name && !ACTS[name]?.includes(key.text));
  for (const { key } of beside) found.push(problems.notBeside(key.text, name, spanOf(source, key)));
  return actOf({ source, name, node, value, at: spanOf(source, value) }, context, found);
}

/** One item of `when`, its first key and the value of that. */
interface Written {
  readonly source: Source;
  readonly name: string;
  readonly node: MapNode;
  readonly value: Node;
  readonly at: Span;
}

function actOf(written: Written, context: ScenarioContext, found: Problem[]): readonly Act[] {
  const { name, node, value, at } = written;
  const text = value.kind === 'scalar' ? value.text : '';
  const phone = asText(asObject(toJson(node))?.['phone']);
  const from = phone === undefined ? {} : { phone };
  switch (name) {
    case 'event':
      return [{ kind: 'event', at, event: readEvent(written, context, found) }];
    case 'after': {
      const ms = millisecondsOf(toJson(value));
      if (ms === undefined) found.push(problems.notADuration('after', at));
      return [{ kind: 'after', at, ms: ms ?? 0 }];
    }
    case 'answer':
    case 'reject':
      return [{ kind: name, at, phone: text }];
    case 'hang_up':
      return [{ kind: 'hang-up', at, phone: text }];
    case 'press':
      return [{ kind: 'press', at, keys: text, ...from }];
    default:
      return [{ kind: 'reply', at, text, ...from }];
  }
}

function readEvent({ source, node, value, at }: Written, context: ScenarioContext, found: Problem[]): GivenEvent {
  const { id, source: origin, subject, data: given }: JsonObject = asObject(toJson(node)) ?? {};
  const type = value.kind === 'scalar' ? value.text : '';
  const data = asObject(given) ?? {};
  const validate = context.validators.get(type);
  if (validate) {
    const place = entryOf(node, 'data')?.value;
    for (const violation of validate(data)) found.push(dataProblem(violation, type, source, place, at));
  } else if (!context.ruleTypes.has(type)) {
    found.push(problems.unknownEventType(type, [...context.validators.keys(), ...context.ruleTypes], at));
  }
  return {
    type,
    data,
    ...(typeof id === 'string' && { id }),
    ...(typeof origin === 'string' && { source: origin }),
    ...(typeof subject === 'string' && { subject }),
  };
}

function dataProblem(violation: Violation, type: string, source: Source, data: Node | undefined, at: Span): Problem {
  const { path, keyword, key, message } = violation;
  if (keyword === 'required' && key !== undefined) {
    const owner = data && nodeAt(data, path);
    return problems.dataOfWrongForm(
      ['data', ...path, key].join('.'),
      'is missing',
      owner ? startOf(source, owner) : at,
    );
  }
  const name = ['data', ...path].join('.');
  if (!data) return problems.dataOfWrongForm(name, message, at);
  if (key !== undefined) {
    return problems.dataOfWrongForm(name, `is not a field of ${type}`, spanOf(source, keyAt(data, path)));
  }
  const node = nodeAt(data, path);
  const problem = problems.dataOfWrongForm(
    name,
    message,
    node.kind === 'scalar' ? spanOf(source, node) : startOf(source, node),
  );
  return { ...problem, ...trapIn(source, node, keyword) };
}
