/** The wording of everything that can be wrong with an expression. */
import { didYouMean, error, type Problem, type Span, warning } from '../problem/problem.ts';
import { functionNames } from './expression/functions.ts';
import { type Doubt, EVENT_TYPE } from './expression/known.ts';
import type { Unreadable } from './expression/parse.ts';
import { isBesideData, isIdentifier } from './expression/path.ts';
import { isAny, isOnly, type Kind, type Scalar, type Shape } from './expression/shape.ts';

const KINDS: Readonly<Record<Kind, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
  list: 'a list',
  map: 'a map',
  timestamp: 'a time',
  duration: 'a duration',
  bytes: 'bytes',
};

/** The signs that the parser names by words. */
const SIGNS: Readonly<Record<string, string>> = {
  RPAREN: '")"',
  RBRACKET: '"]"',
  RBRACE: '"}"',
  COLON: '":"',
};

/** Operators of other languages, and what they are called here. */
const FOREIGN: Readonly<Record<string, string>> = {
  '=': '==',
  '&': '&&',
  '|': '||',
  and: '&&',
  or: '||',
  not: '!',
  AND: '&&',
  OR: '||',
  NOT: '!',
  is: '==',
};

/** More names than this say nothing any more. */
const MAX_LISTED = 12;

export function unreadable({ code, summary, start, end }: Unreadable, expression: string, at: Span): Problem {
  const token = expression.slice(start, end);
  const [say, help] = wordsOf(code, summary, token);
  const foreign = Object.hasOwn(FOREIGN, token) ? `write ${FOREIGN[token]}` : help;
  return error('RB0201', `this expression cannot be read: ${say}`, at, foreign);
}

function wordsOf(code: string, summary: string, token: string): readonly [string, string?] {
  const expected = /^Expected (\w+)/.exec(summary)?.[1] ?? '';
  switch (code) {
    case 'unexpected_token':
      return token === '' ? ['it ends where a value should follow'] : [`a value should stand here, and not "${token}"`];
    case 'expected_token':
      if (expected === 'IDENTIFIER')
        return ['a name should follow the dot', `a field that is called "${token}" is data["${token}"]`];
      return [`${SIGNS[expected] ?? expected} is missing before ${token === '' ? 'its end' : `"${token}"`}`];
    case 'unexpected_character':
      return [`"${token}" cannot stand here`];
    case 'reserved_identifier':
      return [`"${token}" is a word that CEL keeps for itself`, `a field of this name is data.${token}`];
    case 'unterminated_string':
    case 'unterminated_triple_quoted_string':
    case 'newline_in_string':
      return ['a text in it has no closing quote'];
    case 'limit_exceeded':
    case 'too-long':
    case 'too-deep':
      return ['it is larger than any that could be understood', 'divide it, or keep a part under a name'];
    case 'invalid_macro_argument':
      return ['the name of a variable should stand first', 'as in items.all(item, item.ok)'];
    default:
      return [`${summary.charAt(0).toLowerCase()}${summary.slice(1)}`];
  }
}

export function unknownName(name: string, known: Iterable<string>, at: Span): Problem {
  const names = [...known].filter(isIdentifier);
  return error('RB0202', `nothing here is called "${name}"`, at, meant(name, names) ?? `there are ${listed(names)}`);
}

export function unknownField(field: string, known: Iterable<string>, at: Span): Problem {
  const names = [...known];
  const others = names.length === 0 ? 'there is nothing in it' : `there are ${listed(names)}`;
  return error('RB0202', `there is no field "${field}" here`, at, meant(field, names) ?? others);
}

export function noFields(field: string, shape: Shape, at: Span): Problem {
  const help = isOnly(shape, 'list') ? 'name one of its items first, as in items[0].name' : undefined;
  return error('RB0202', `there is no field "${field}" in ${inWords(shape)}`, at, help);
}

export function notIndexed(shape: Shape, key: Shape, at: Span): Problem {
  if (isOnly(shape, 'list')) return error('RB0202', `a list is asked by number, and this is ${inWords(key)}`, at);
  if (isOnly(shape, 'map')) return error('RB0202', `a map is asked by text, and this is ${inWords(key)}`, at);
  return error('RB0202', `nothing can be taken out of ${inWords(shape)} with [ ]`, at);
}

export function notAnIndex(index: number, at: Span): Problem {
  return error('RB0202', `a list has no item ${index}`, at, 'items count from 0');
}

export function mayBeAbsent(expression: string, field: string, at: Span): Problem {
  const asked = /[.\]]/.test(expression) ? expression : `data.${expression}`;
  const ask = isIdentifier(field) ? `has(${asked})` : `"${field}" in ${asked.slice(0, asked.lastIndexOf('['))}`;
  const help = `ask ${ask} first, or write ${ask} ? ${expression} : 'none'`;
  return error('RB0203', `\`${expression}\` may be absent: the schema does not require it`, at, help);
}

export function keyMayBeAbsent(key: string, map: string, at: Span): Problem {
  return error('RB0203', `\`${map}\` may have no entry for \`${key}\``, at, `ask ${key} in ${map} first`);
}

export function mayBeNull(expression: string, at: Span): Problem {
  return error('RB0203', `\`${expression}\` may be null`, at, `ask ${expression} != null first`);
}

export function hasWithoutField(asked: string | undefined, at: Span): Problem {
  const field = asked !== undefined && isIdentifier(asked) && !isBesideData(asked) ? `data.${asked}` : 'data.field';
  return error('RB0202', 'has() asks for a field of something', at, `write has(${field})`);
}

export function operatorDoesNotFit(left: Shape, operator: string, right: Shape, at: Span, items?: Shape): Problem {
  const between = items
    ? `${inWords(left)} is never in a list of ${inWords(items)}s`.replace('of a ', 'of ')
    : `"${operator}" does not go between ${inWords(left)} and ${inWords(right)}`;
  return error('RB0202', between, at, helpBetween(left, operator, right));
}

export function minusNeedsNumber(shape: Shape, at: Span): Problem {
  return error('RB0202', `"-" needs a number, and this is ${inWords(shape)}`, at);
}

export function notACondition(where: string, shape: Shape, at: Span): Problem {
  return error('RB0202', `${where} needs true or false, and this is ${inWords(shape)}`, at);
}

export function numberTooLarge(at: Span): Problem {
  return error('RB0202', 'this number is too large to be exact', at, 'put it in quotes if it is an id');
}

export function divisionByZero(at: Span): Problem {
  return error('RB0202', 'this divides by zero', at);
}

export function keyNotText(key: Shape, at: Span): Problem {
  return error('RB0202', `a key of a map is text, and this is ${inWords(key)}`, at);
}

export function unknownFunction(
  name: string,
  isMethod: boolean,
  isOther: boolean,
  isMacro: boolean,
  at: Span,
): Problem {
  const form = isMacro
    ? `it goes over a list with a variable: items.${name}(item, ...)`
    : isMethod
      ? `write ${name}(value)`
      : `write value.${name}(...)`;
  const help = isOther || isMacro ? form : (meant(name, functionNames()) ?? `there are ${listed(functionNames())}`);
  const message = isOther || isMacro ? `${name}() is not called in this way` : `there is no function "${name}"`;
  return error('RB0202', message, at, help);
}

export function functionNotFor(name: string, receivers: readonly Kind[], shape: Shape, at: Span): Problem {
  return error('RB0202', `${name}() is for ${kindsInWords(receivers)}, and this is ${inWords(shape)}`, at);
}

export function wrongNumberOfValues(name: string, takes: readonly number[], given: number, at: Span): Problem {
  const counts = [...new Set(takes)].map((count) => (count === 0 ? 'no' : String(count))).join(' or ');
  return error(
    'RB0202',
    `${name}() takes ${counts} ${counts === '1' ? 'argument' : 'arguments'}, and is given ${given}`,
    at,
  );
}

export function valueNotFor(name: string, wanted: readonly (Kind | 'any')[], shape: Shape, at: Span): Problem {
  const kinds = wanted.filter((kind) => kind !== 'any');
  return error('RB0202', `${name}() takes ${kindsInWords(kinds)} here, and this is ${inWords(shape)}`, at);
}

export function unknownTimeZone(zone: string, at: Span): Problem {
  return error('RB0202', `there is no time zone "${zone}"`, at, 'as in "Europe/Madrid" or "UTC"');
}

export function alwaysFails(failure: string, at: Span): Problem {
  return error('RB0202', `this always fails: ${failure}`, at);
}

export function unusablePattern(pattern: string, failure: string, at: Span): Problem {
  const needsMore = /\(\?<?[=!]|\\[1-9]|\\k</.test(pattern);
  const help = needsMore
    ? 'patterns run on RE2, which no text can make hang: it has no look-around and no back-references'
    : 'the syntax is that of RE2: https://github.com/google/re2/wiki/Syntax';
  return error('RB0206', `this pattern cannot be used: ${failure.replace(/^error parsing regexp: /, '')}`, at, help);
}

export function conditionNeverHolds(at: Span, reason: string | undefined, because: readonly Span[]): Problem {
  const message = because.length > 0 ? 'this cannot hold where what stands before it does' : 'this never holds';
  const found = error('RB0204', message, at, reason);
  return because.length === 0
    ? found
    : { ...found, related: because.map((place) => ({ at: place, message: 'this is asked before' })) };
}

export function conditionAlwaysHolds(at: Span, reason: string | undefined): Problem {
  return warning('RB0205', 'this always holds', at, reason ?? 'take it out if that is meant');
}

export function notAmongValues({ named, operator, value }: Doubt, known: readonly Scalar[], at: Span): Problem {
  const texts = known.map(String);
  const help = meant(String(value), texts) ?? `its schema has ${listed(known.map(shown))}`;
  return operator === '=='
    ? error('RB0204', `\`${named}\` is never ${shown(value)}`, at, help)
    : warning('RB0205', `\`${named}\` is never ${shown(value)}, so this always holds`, at, help);
}

/** For a problem that not all of the rule's events have. */
export function forEvent(problem: Problem, eventType: string): Problem {
  const help = `it is so for the event type ${eventType}`;
  return { ...problem, help: problem.help === undefined ? help : `${problem.help} (${help})` };
}

/** What a schema says of a place, in words: `data.attempts is at least 0`. Undefined where that is nothing of note. */
export function factOf(place: string, shape: Shape): string | undefined {
  const { values, numbers, length } = shape;
  if (place === EVENT_TYPE) return `this is only run for the event type ${values?.join(' or ')}`;
  if (values) return `\`${place}\` is ${values.map(shown).join(' or ')} by its schema`;
  const bounds = isOnly(shape, 'number') ? boundsOf(numbers.min, numbers.max, '') : undefined;
  const lengths = isOnly(shape, 'string') ? boundsOf(length.min, length.max, ' characters long') : undefined;
  const whole = isOnly(shape, 'number') && shape.isWhole ? ['a whole number'] : [];
  const fact = [...whole, ...[bounds ?? lengths].filter((words) => words !== undefined)].join(', ') || undefined;
  return fact === undefined ? undefined : `\`${place}\` is ${fact} by its schema`;
}

function boundsOf(min: number, max: number, unit: string): string | undefined {
  const [hasMin, hasMax] = [Number.isFinite(min) && (unit === '' || min > 0), Number.isFinite(max)];
  if (hasMin && hasMax) return min === max ? `${min}${unit}` : `from ${min} to ${max}${unit}`;
  if (hasMin) return `at least ${min}${unit}`;
  return hasMax ? `at most ${max}${unit}` : undefined;
}

function inWords(shape: Shape): string {
  return isAny(shape) ? 'anything' : kindsInWords([...shape.kinds]);
}

function kindsInWords(kinds: readonly Kind[]): string {
  return [...new Set(kinds)].map((kind) => KINDS[kind]).join(' or ');
}

function helpBetween(left: Shape, operator: string, right: Shape): string | undefined {
  if (operator === '+' && [left, right].some((shape) => isOnly(shape, 'string')))
    return 'string(value) makes a text of a number';
  if (isOnly(left, 'null') || isOnly(right, 'null'))
    return 'it is never null; whether a field is there is asked with has(data.field)';
  const isMixed = isOnly(left, 'string') && isOnly(right, 'number');
  return isMixed && operator !== '==' && operator !== '!=' ? 'double(text) makes a number of a text' : undefined;
}

function shown(value: Scalar): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function meant(name: string, known: Iterable<string>): string | undefined {
  const candidate = didYouMean(name, known);
  return candidate === undefined ? undefined : `did you mean "${candidate}"?`;
}

function listed(names: readonly string[]): string {
  const more = names.length > MAX_LISTED ? `, and ${names.length - MAX_LISTED} more` : '';
  return names.slice(0, MAX_LISTED).join(', ') + more;
}
