/** The wording of everything that can be wrong with a rulebook. */
import { didYouMean, error, type Problem, type Span, warning } from '../problem/problem.ts';
import { type JsonSchema, typesOf, type Violation } from '../schema/schema.ts';

/** Types of CEL and of JSON Schema as a person says them. */
const WORDS: Readonly<Record<string, string>> = {
  double: 'a number',
  int: 'a number',
  uint: 'a number',
  number: 'a number',
  integer: 'a whole number',
  string: 'a string',
  bool: 'true or false',
  boolean: 'true or false',
  null: 'nothing',
  array: 'a list',
  object: 'a map',
};

function inWords(type: string): string {
  if (type.startsWith('list')) return 'a list';
  if (type.startsWith('map') || type.startsWith('$')) return 'a map';
  return WORDS[type] ?? type;
}

/** The words that Clarive puts before the two errors its users know (its published documents). */
const CLARIVE = 'Error in rulebook (compile): ';

function meant(name: string, known: Iterable<string>, otherwise?: string): string | undefined {
  const candidate = didYouMean(name, known);
  return candidate === undefined ? otherwise : `did you mean "${candidate}"?`;
}

function list(names: Iterable<string>): string {
  return [...names].join(', ') || 'none';
}

/** More than these are read on a page of their own. */
const MAX_LISTED = 20;

function shortList(names: readonly string[]): string {
  const more = names.length > MAX_LISTED ? `, and ${names.length - MAX_LISTED} more` : '';
  return `${list(names.slice(0, MAX_LISTED))}${more}`;
}

export function noKnownForm(at: Span, key?: string): Problem {
  return error(
    'RB0101',
    'this is not a rulebook: a rulebook is a map with "rules", or one rule with "on" and "do", or a bare "do"',
    at,
    key === undefined ? undefined : meant(key, ['rules', 'on', 'do']),
  );
}

/** What other rule languages call these. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  if: 'when',
  event: 'on',
  events: 'on',
  steps: 'do',
  actions: 'do',
  with: 'args',
};

export function unknownKey(key: string, where: string, known: readonly string[], at: Span): Problem {
  const other = Object.hasOwn(OTHER_WORDS, key) ? OTHER_WORDS[key] : undefined;
  const help =
    other !== undefined && known.includes(other)
      ? `did you mean "${other}"?`
      : meant(key, known, `its keys are ${list(known)}`);
  return error('RB0102', `"${key}" is not a key of ${where}`, at, help);
}

export function missingKey(key: string, where: string, at: Span): Problem {
  return error('RB0103', `${where} needs "${key}"`, at);
}

export function wrongForm(what: string, expected: string, at: Span, help?: string): Problem {
  return error('RB0104', `${what} must be ${expected}`, at, help);
}

export function unknownOp(op: string, known: Iterable<string>, at: Span): Problem {
  const names = [...known];
  return error('RB0105', `there is no op "${op}"`, at, meant(op, names, `the ops are ${list(names)}`));
}

/** First line to the letter as Clarive has it. */
export function argumentsMissing(op: string, missing: readonly string[], at: Span): Problem {
  const names = missing.map((name) => `"${name}"`).join(', ');
  return error('RB0106', `${CLARIVE}Required argument(s) missing for op "${op}": ${names}`, at);
}

/** First line to the letter as Clarive has it. */
export function argumentNotAvailable(
  op: string,
  argument: string,
  known: readonly string[],
  free: readonly string[],
  at: Span,
): Problem {
  const found = error(
    'RB0107',
    `${CLARIVE}Argument \`${argument}\` not available for op "${op}"`,
    at,
    meant(argument, known, `its arguments are ${shortList(known)}`),
  );
  const inOtherCase = free.find((name) => name.toLowerCase() === argument.toLowerCase());
  if (inOtherCase === undefined) return found;
  return { ...found, fix: { what: `write ${inOtherCase}`, edits: [{ at, text: inOtherCase }] } };
}

export function argumentNotCarried(argument: string, mid: string, className: string, at: Span): Problem {
  const message = `"${argument}" cannot go through "${mid}": a ${className} has no place for it`;
  return error('RB0308', message, at, 'take it out; `extra`, `tags` and `related` are kept here with every message');
}

export function argumentOfWrongForm(op: string, argument: string, violation: Violation, at: Span): Problem {
  const inside = violation.path.length > 0 ? ` (at ${violation.path.join('.')})` : '';
  const code = violation.message.includes('E.164') ? 'RB0501' : 'RB0108';
  return error(code, `argument "${argument}" of op "${op}" ${violation.message}${inside}`, at);
}

export function argumentOfWrongType(argument: string, type: string, schema: JsonSchema, at: Span): Problem {
  const wanted = typesOf(schema).map(inWords);
  return error('RB0108', `argument "${argument}" must be ${wanted.join(' or ')}, and this is ${inWords(type)}`, at);
}

export function unknownEventType(type: string, known: Iterable<string>, at: Span): Problem {
  return error(
    'RB0109',
    `no schema describes the event type "${type}"`,
    at,
    meant(type, known, `describe its data in schemas/event/${type}.json`),
  );
}

export function nameTaken(what: string, name: string, at: Span): Problem {
  return error('RB0110', `${what} "${name}" is taken already`, at, 'give it another name');
}

export function unclosedReference(at: Span): Problem {
  return error('RB0201', 'this "${" is not closed on its line', at, 'write $${ for the two characters themselves');
}

export function conditionNotBoolean(type: string, at: Span): Problem {
  return error('RB0202', `a condition must come to true or false, and this comes to ${inWords(type)}`, at);
}

export function notForText(type: string, at: Span): Problem {
  return error(
    'RB0202',
    `${inWords(type)} cannot stand inside a longer text`,
    at,
    'let it stand alone, or name one of its parts',
  );
}

export function unknownResource(mid: string, known: Iterable<string>, at: Span): Problem {
  if (mid.trim() === '') return error('RB0301', 'this names no resource', at, `there are ${list(known)}`);
  return error('RB0301', `there is no resource "${mid}"`, at, meant(mid, known, `describe it in resources/${mid}.yml`));
}

export function resourceOfWrongClass(mid: string, is: string, wanted: string, at: Span, route?: string): Problem {
  const by = route === undefined ? '' : `, which route "${route}" leads to,`;
  return error('RB0302', `resource "${mid}"${by} is of class ${is}; this needs one ${wanted}`, at);
}

export function unknownTemplate(name: string, known: Iterable<string>, at: Span): Problem {
  return error(
    'RB0401',
    `there is no template "${name}"`,
    at,
    meant(name, known, `write it in resources/templates/${name}`),
  );
}

export function tooManyValues(most: number, at: Span): Problem {
  return wrongForm('an op given values by position', `given at most ${most} of them here`, at, 'or give them by name');
}

export function neverReached(at: Span): Problem {
  return error(
    'RB0112',
    'this is never reached: what stands before it always ends the rule',
    at,
    'take it out, or move it up',
  );
}

export function unknownCallee(name: string, known: Iterable<string>, at: Span): Problem {
  return error('RB0113', `there is no rule and no def "${name}"`, at, meant(name, known, `there are ${list(known)}`));
}

export function importNotFound(file: string, at: Span): Problem {
  return error(
    'RB0114',
    `the file "${file}" cannot be imported: it is not there`,
    at,
    'the path counts from this file',
  );
}

export function leadsBack(way: readonly string[], at: Span): Problem {
  return error('RB0115', `this leads back to itself: ${way.join(' -> ')}`, at, 'a run must come to an end');
}

export function whileWithoutBound(most: number, at: Span, wrong?: boolean): Problem {
  const message = wrong
    ? `"max" must be a whole number from 1 to ${most}`
    : '"while" needs "max", the most times that it may go round';
  return error('RB0116', message, at, 'write max: 10 beside "while"');
}

export function notADuration(at: Span): Problem {
  return error('RB0117', 'this is not a duration', at, 'write 90s, 10m, 1h30m or 2d, or a number of seconds');
}

export function notAList(type: string, at: Span): Problem {
  return error('RB0202', `"foreach" goes over a list, and this is ${inWords(type)}`, at);
}

export function notAMessage(type: string, at: Span): Problem {
  return error('RB0104', `"fail" takes a text, and this is ${inWords(type)}`, at);
}

export function reservedName(name: string, at: Span): Problem {
  return error(
    'RB0110',
    `"${name}" has a meaning of its own in expressions, and cannot be given a value`,
    at,
    'give it another name',
  );
}

export function hidesField(name: string, at: Span): Problem {
  return warning(
    'RB0118',
    `"${name}" hides the event's field of that name from here on`,
    at,
    `the field is data.${name}; or give this another name`,
  );
}

export function repeatsRule(name: string, first: Span, at: Span): Problem {
  const found = error(
    'RB0111',
    `this rule does the same as "${name}": whoever it calls is called twice`,
    at,
    'take one of the two out',
  );
  return { ...found, related: [{ at: first, message: 'the first stands here' }] };
}

export function numberWithoutRoute(mid: string, number: string, at: Span): Problem {
  const message = `no route of "${mid}" leads to ${number}`;
  return error('RB0502', message, at, 'add one, such as a last route with nothing but `via`, or name another number');
}

export function countryNotAllowed(refusal: string, at: Span): Problem {
  return error(
    'RB0502',
    refusal,
    at,
    'allow its country in `allowedCountries` of the resource, or name another number',
  );
}
