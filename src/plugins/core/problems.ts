/** The wording of every problem that the core ops find. */
import { type WorstCase, withoutAccents } from '../../message/message.ts';
import { didYouMean, error, type Problem, type Span, warning } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';
import { type Fault, MAX_DEPTH } from './text-template.ts';

export function senderMissing(
  resource: ResourceFile,
  setting: string | undefined,
  argument: string,
  at: Span,
): Problem {
  const file = resource.at.source.file;
  return error(
    'RB0304',
    setting === undefined
      ? `resource "${resource.mid}" of class ${resource.class} has no number of its own to send from`
      : `resource "${resource.mid}" (${file}) has no \`${setting}\`, and "${argument}" is not given`,
    at,
    setting === undefined
      ? `give the op a \`${argument}\``
      : `give ${file} a \`${setting}\`, or the op a \`${argument}\``,
  );
}

export function flowMissing(resource: ResourceFile, setting: string | undefined, at: Span): Problem {
  const file = resource.at.source.file;
  return error(
    'RB0304',
    setting === undefined
      ? `resource "${resource.mid}" of class ${resource.class} has no flow of its own`
      : `resource "${resource.mid}" (${file}) has no \`${setting}\`, and "flow" is not given`,
    at,
    setting === undefined ? 'give the op a `flow`' : `give ${file} a \`${setting}\`, or the op a \`flow\``,
  );
}

export function notAFlow(reason: string, at: Span, what = 'this "flow"'): Problem {
  return error('RB0108', `no call can be led to ${what}: ${reason}`, at);
}

export function sameNumber(at: Span): Problem {
  return error('RB0108', 'argument "second" is the number that is called first: it would be engaged', at);
}

export function notASender(reason: string, at: Span, what = 'this "from"'): Problem {
  return error('RB0108', `no text message can come from ${what}: ${reason}`, at);
}

export function optionNotThere(name: string, known: readonly string[], at: Span): Problem {
  const near = didYouMean(name, known);
  const list = known.length === 0 ? 'its provider takes none' : `there are ${known.join(', ')}`;
  return error('RB0102', `"${name}" is no option of this resource`, at, near ? `did you mean "${near}"?` : list);
}

export function optionOfWrongForm(name: string, message: string, at: Span): Problem {
  return error('RB0108', `the option "${name}" ${message}`, at);
}

export function unknownWay(mid: string, known: readonly string[], at: Span): Problem {
  const near = didYouMean(mid, known);
  const help = near ? `did you mean "${near}"?` : `describe it in resources/${mid}.yml`;
  return error('RB0301', `there is no resource "${mid}" that a route could lead to`, at, help);
}

export function wayThatSendsNothing(mid: string, className: string, at: Span): Problem {
  return error('RB0302', `a route cannot lead to "${mid}": a ${className} sends nothing`, at);
}

export function circularRoute(circle: readonly string[], at: Span): Problem {
  const message = `this route leads back to where it begins: ${circle.join(' -> ')}`;
  return error('RB0310', message, at, 'lead it to a resource that sends');
}

/** Routes are counted from 1 for people. */
export function routeNeverTaken(index: number, before: number, isSame: boolean, at: Span): Problem {
  const [own, first] = [index + 1, before + 1];
  return isSame
    ? error(
        'RB0309',
        `route ${own} is never taken: route ${first} leads all its numbers to the same resource`,
        at,
        'take it out',
      )
    : error(
        'RB0309',
        `route ${own} is never the first choice: route ${first} takes all its numbers before it`,
        at,
        `put it before route ${first}, or give it the same numbers if it is to be gone on to`,
      );
}

export function countryWithoutRoute(country: string, at: Span): Problem {
  const message = `numbers of ${country} may be reached, and no route leads there`;
  return error('RB0311', message, at, `add a route with \`country: ${country}\`, or one for all others (only \`via\`)`);
}

export function addressNotAsked(reason: string, at: Span): Problem {
  return error('RB0412', `this address is not asked: ${reason}`, at, 'give a public https:// address');
}

// Templates of text messages

export function twoTexts(at: Span): Problem {
  return error('RB0108', '`body` and `template` both say what the message says', at, 'take one of them out');
}

export function nothingToFill(argument: string, at: Span): Problem {
  return error('RB0108', `\`${argument}\` is for the words of a \`template\`, and none is named`, at, 'take it out');
}

export function templateInactive(file: ResourceFile, at: Span): Problem {
  const message = `template "${file.mid}" is not active: nothing is sent here`;
  return warning(
    'RB0414',
    message,
    at,
    `take \`active: false\` out of ${file.at.source.file}, or this op out of the rule`,
  );
}

export function localeNotThere(locale: string, template: string, known: readonly string[], at: Span): Problem {
  const near = didYouMean(locale, known);
  const list = known.length === 0 ? 'it has no `locales`' : `it has ${known.join(', ')}`;
  return warning(
    'RB0415',
    `template "${template}" says nothing in "${locale}": its \`body\` is sent`,
    at,
    near ? `did you mean "${near}"?` : list,
  );
}

export function notALocale(locale: string, at: Span): Problem {
  return error('RB0108', `"${locale}" is no locale`, at, 'write a language such as cs, or with its country, cs-CZ');
}

export function localeTwice(locale: string, first: string, at: Span): Problem {
  return error('RB0108', `"${locale}" is the same locale as "${first}"`, at, 'take one of them out');
}

export function namesNotSaid(names: readonly string[], locale: string | undefined, at: Span): Problem {
  const list = names.map((name) => `{{${name}}}`).join(' or ');
  return warning(
    'RB0416',
    `${locale === undefined ? '`body`' : `the text for "${locale}"`} does not say ${list}, as another language of it does`,
    at,
    'say the same in every language',
  );
}

export function nameMissing(
  name: string,
  template: string,
  locale: string | undefined,
  entries: readonly string[],
  at: Span,
): Problem {
  const near = didYouMean(name, entries);
  const help = near ? `it has "${near}": did you mean that?` : `add \`${name}: ...\` to \`context\``;
  const where = locale === undefined ? '' : ` in "${locale}"`;
  return error('RB0404', `template "${template}" says {{${name}}}${where}, which \`context\` does not give`, at, help);
}

export function entryNotSaid(name: string, template: string, names: readonly string[], at: Span): Problem {
  const near = didYouMean(name, names);
  const help = near ? `the template has {{${near}}}` : `take it out, or say {{${name}}} in the template`;
  return warning('RB0405', `template "${template}" does not use "${name}"`, at, help);
}

export function entryNotSayable(name: string, form: string, at: Span): Problem {
  return error('RB0108', `"${name}" is ${form}, which has no words`, at, 'give a text, a number or a boolean');
}

export function sectionAlwaysSaid(name: string, template: string, at: Span): Problem {
  return warning(
    'RB0411',
    `template "${template}" asks whether there is a "${name}", and there always is: it can be neither empty, null nor false`,
    at,
    `take {{#${name}}} and {{^${name}}} out of the template`,
  );
}

const TAGS = 'a text can hold {{name}}, {{#name}} ... {{/name}}, {{^name}} ... {{/name}} and {{! a comment }}';

export function referenceInTemplate(reference: string, at: Span): Problem {
  return error('RB0406', `${reference} is not filled in here`, within(at, reference), TAGS);
}

export function templateFault({ kind, tag }: Fault, at: Span): Problem {
  switch (kind) {
    case 'unsupported':
      return error('RB0406', `${tag} is not supported in a text`, within(at, tag), TAGS);
    case 'unclosed':
      return error('RB0406', 'a {{ is not closed', within(at, tag), 'write {{name}}');
    case 'section-unclosed':
      return error('RB0406', `the section "${tag}" is never closed`, at, `write {{/${tag}}} where it ends`);
    case 'section-unopened':
      return error(
        'RB0406',
        `no section "${tag}" is open where {{/${tag}}} stands`,
        at,
        `write {{#${tag}}} where it begins`,
      );
    case 'too-deep':
      return error('RB0406', `more than ${MAX_DEPTH} sections stand in each other`, at, 'use fewer');
  }
}

/** The place of some words in a text, where they stand in the file as they are in the text. */
function within(at: Span, words: string): Span {
  const found = at.source.text.slice(at.start, at.end).indexOf(words);
  return found === -1 ? at : { ...at, start: at.start + found, end: at.start + found + words.length };
}

/** The words of a template in one language, as they are named in messages. */
export function saidBy(template: string, locale: string | undefined): string {
  return locale === undefined ? `template "${template}"` : `template "${template}" in "${locale}"`;
}

export function inTemplate(problem: Problem, at: Span): Problem {
  return { ...problem, related: [{ at, message: 'the template says it here' }] };
}

// Lengths

/** `certain` where the fixed words alone are too long. */
export function textTooLong({ characters, fixed }: WorstCase, limit: number, at: Span, what = 'this text'): Problem {
  if (fixed > limit) {
    const message = `${what} has ${count(fixed)} characters without its variables; at most ${count(limit)} can be sent`;
    return error('RB0409', message, at, 'say less');
  }
  const message = `${what} can come to ${count(characters)} characters; at most ${count(limit)} can be sent`;
  return warning('RB0409', message, at, 'give its fields a smaller `maxLength` in their schema, or say less');
}

export function tooManyParts(
  { parts, characters, fixed }: WorstCase,
  most: number,
  at: Span,
  what = 'this text',
): Problem {
  if (characters === fixed) {
    const message = `${what} has ${parts} parts; the provider of this resource takes at most ${most}`;
    return error('RB0409', message, at, 'say less');
  }
  const message = `${what} can come to ${parts} parts; the provider of this resource takes at most ${most}`;
  return warning('RB0409', message, at, 'give its fields a smaller `maxLength` in their schema, or say less');
}

export function manyParts(
  { parts, characters, encoding, beyondGsm }: WorstCase,
  at: Span,
  what = 'this text',
): Problem {
  const size = encoding === 'UCS-2' ? '67 characters a part, an emoji counts two' : '153 characters a part';
  const message = `${what} can come to ${count(characters)} characters in ${parts} parts, each of which is paid for (${encoding}, ${size})`;
  return warning('RB0410', message, at, `${reasonFor(beyondGsm)}give its fields a smaller \`maxLength\`, or say less`);
}

/** Why more than twice as many parts are needed as plain letters would take. */
function reasonFor(beyondGsm: WorstCase['beyondGsm']): string {
  if (beyondGsm === undefined) return '';
  if (beyondGsm !== 'variable') {
    const { character } = beyondGsm;
    const way = withoutAccents(character) === character ? 'replace it' : 'replace it, send it with `accents: false`';
    return `"${character}" cannot go out in GSM-7, which has 153 a part: ${way}, or `;
  }
  return 'a variable can hold any character: give its field an `enum`, or a `pattern` of plain letters, and GSM-7 has 153 a part; or ';
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
