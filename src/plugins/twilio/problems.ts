/** The wording of every problem that this plugin finds; that of XML is in xml-problems.ts. */
import { didYouMean, error, type Problem, type Source, type Span, warning } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';
import type { JsonSchema } from '../../schema/schema.ts';
import type { KindVerb } from './kind.ts';
import type { KindName } from './kinds.ts';

// Arguments and resources

export function resourceLacksNumber(resource: ResourceFile, setting: string, at: Span): Problem {
  const file = resource.at.source.file;
  return error(
    'RB0304',
    `\`default_number\` asks for the numbers of "${resource.mid}" (${file}), which has no \`${setting}\``,
    at,
    `give ${file} a \`${setting}\`, such as '+34777666555'`,
  );
}

/** Each resource of a route has numbers of its own, and the number that is called decides which of them it is. */
export function numbersOfRoute(route: ResourceFile, at: Span): Problem {
  const message = `"${route.mid}" is a route, and has no numbers of its own that \`default_number\` could ask for`;
  return error('RB0304', message, at, "write default_number: '0', and give a `destination_number`");
}

export function callerOfWayMissing(resource: ResourceFile, route: ResourceFile, at: Span): Problem {
  const file = resource.at.source.file;
  const message = `"${resource.mid}" (${file}), which route "${route.mid}" leads to, has no \`twilioNumber\` to call from`;
  return error('RB0304', message, at, `give ${file} a \`twilioNumber\`, or the op a \`twilio_number\``);
}

export function routeSaysNothing({ mid }: ResourceFile, at: Span): Problem {
  const message = `"${mid}" is a route, and has no script of its own: there is nothing to say`;
  return error('RB0304', message, at, 'give the op a `template` of resources/templates/, or a `response_url`');
}

export function nothingToSay(resource: ResourceFile, at: Span): Problem {
  const file = resource.at.source.file;
  return error(
    'RB0304',
    `resource "${resource.mid}" (${file}) has neither a \`template\` nor a \`responseUrl\`: there is nothing to say`,
    at,
    `give ${file} a \`template\` of resources/templates/, or the op one`,
  );
}

export function twoScripts(at: Span): Problem {
  return error('RB0108', '`template` and `response_url` both say where the words are', at, 'take one of them out');
}

export function nothingAsked(at: Span): Problem {
  const message =
    '`digits_template` answers the questions of a `template`, and the words of this call come from an address';
  return error('RB0108', message, at, 'take it out, or let the call say a `template`');
}

export function nothingDetected(at: Span): Problem {
  const message = '`machine_detection` does nothing beside `send_digits`: Twilio passes over it';
  return warning('RB0108', message, at, 'take one of them out');
}

export function templateMissing(name: string, known: readonly string[], at: Span): Problem {
  const near = didYouMean(name, known);
  const help = near ? `did you mean "${near}"?` : `write it in resources/templates/${name}`;
  return error('RB0401', `there is no template "${name}"`, at, help);
}

// What an account holds

export function verbNotThere(
  kind: KindName,
  verb: KindVerb,
  reason: { readonly why: string; readonly help: string } | undefined,
  at: Span,
): Problem {
  const verbs: Readonly<Record<KindVerb, string>> = {
    list: 'listed',
    fetch: 'fetched',
    create: 'created',
    update: 'changed',
    delete: 'deleted',
  };
  const why = reason ? `: ${reason.why}` : '';
  return error('RB0413', `${kind} cannot be ${verbs[verb]} by \`twilio_${verb}\`${why}`, at, reason?.help);
}

export function valueNotThere(
  kind: KindName,
  verb: KindVerb,
  name: string,
  known: readonly string[],
  at: Span,
): Problem {
  const what = verb === 'list' ? `a filter of ${kind}` : `something of ${kind} that can be set`;
  const near = didYouMean(name, known);
  const list = known.length === 0 ? 'there is none' : `there are ${known.join(', ')}`;
  return error('RB0102', `"${name}" is not ${what}`, at, near ? `did you mean "${near}"?` : list);
}

export function valueMissing(kind: KindName, name: string, at: Span): Problem {
  return error('RB0103', `one of ${kind} needs "${name}"`, at);
}

export function valueOfWrongForm(name: string, message: string, { examples }: JsonSchema, at: Span): Problem {
  const [example] = Array.isArray(examples) ? examples : [];
  const code = message.includes('E.164') ? 'RB0501' : 'RB0108';
  const help = example === undefined || code === 'RB0501' ? undefined : `such as ${JSON.stringify(example)}`;
  return error(code, `"${name}" ${message}`, at, help);
}

export function conferenceNotAsked(kind: KindName, at: Span): Problem {
  return error(
    'RB0107',
    `${kind} are in no conference`,
    at,
    'take `conference` out; recordings have the filter `conference_sid`',
  );
}

// The table

export function variableMissing(name: string, template: string, entries: readonly string[], at: Span): Problem {
  const near = didYouMean(name, entries);
  const help = near ? `the table has "${near}": did you mean that?` : `add \`${name}: ...\` to \`correspondance\``;
  return error('RB0404', `template "${template}" says {{${name}}}, which \`correspondance\` does not give`, at, help);
}

export function entryUnused(name: string, template: string, variables: readonly string[], at: Span): Problem {
  const near = didYouMean(name, variables);
  const help = near ? `the template has {{${near}}}` : `take it out, or say {{${name}}} in the template`;
  return warning('RB0405', `template "${template}" does not use "${name}"`, at, help);
}

// Tags of a template

const TAGS = 'a script can hold {{name}}, {{#name}} ... {{/name}}, {{^name}} ... {{/name}} and {{! a comment }}';

export function unsupportedTag(at: Span): Problem {
  const tag = at.source.text.slice(at.start, at.end);
  return error('RB0406', `${tag} is not supported in a script`, at, TAGS);
}

export function unclosedMustache(at: Span): Problem {
  return error('RB0406', 'this {{ is not closed', at, 'write {{name}}');
}

export function unclosedSection(name: string, at: Span): Problem {
  return error('RB0406', `the section "${name}" is never closed`, at, `write {{/${name}}} where it ends`);
}

export function unopenedSection(name: string, at: Span): Problem {
  return error('RB0406', `no section "${name}" is open here`, at, `write {{#${name}}} where it begins`);
}

export function sectionAcrossElements(name: string, at: Span): Problem {
  return error(
    'RB0406',
    `the section "${name}" does not end within the same words`,
    at,
    'a section can hold words and {{names}}, no elements: put {{#...}} and {{/...}} into the same <Say>',
  );
}

export function sectionsTooDeep(limit: number, at: Span): Problem {
  return error('RB0406', `more than ${limit} sections stand in each other`, at, 'use fewer');
}

export function sectionAlwaysSaid(name: string, template: string, at: Span, section: Span): Problem {
  return {
    ...warning(
      'RB0411',
      `template "${template}" asks whether there is a "${name}", and there always is: it can be neither empty, null nor false`,
      at,
      `take {{#${name}}} and {{^${name}}} out of the template`,
    ),
    related: [{ at: section, message: 'the template asks here' }],
  };
}

// TwiML of a template

export function wrongRoot(name: string, at: Span): Problem {
  return refused(`the outermost element is <${name}>, and Twilio reads only <Response>`, at, 'put it into <Response>');
}

export function elementInOtherCase(name: string, right: string, at: Span, close: Span | undefined): Problem {
  const first = { ...at, start: at.start + '<'.length };
  const last = close && { ...close, start: close.start + '</'.length, end: close.start + '</'.length + name.length };
  const edits = [{ at: first, text: right }, ...(last ? [{ at: last, text: right }] : [])];
  return {
    ...refused(`Twilio does not know <${name}>: letter case counts`, at, `write <${right}>`),
    fix: { what: `write <${right}>`, edits },
  };
}

export function unknownElement(name: string, near: string | undefined, at: Span): Problem {
  const help = near ? `did you mean <${near}>?` : 'https://www.twilio.com/docs/voice/twiml lists what there is';
  return refused(`Twilio does not know <${name}>`, at, help);
}

export function elementMisplaced(name: string, parent: string, allowed: readonly string[], at: Span): Problem {
  const help =
    allowed.length === 0
      ? `<${parent}> holds no elements`
      : `<${parent}> can hold ${allowed.map((one) => `<${one}>`).join(', ')}`;
  return refused(`<${name}> cannot stand in <${parent}>`, at, help);
}

/** Whether an element answers a text message, and has no place in a call. */
export function isOfMessages(name: string): boolean {
  return ['Message', 'Body', 'Media'].includes(name);
}

export function elementOfMessages(name: string, at: Span): Problem {
  return refused(
    `<${name}> answers a text message, and a call has no place for it`,
    at,
    'to send a text message, use the op `sms_send`',
  );
}

export function wordsNotSaid(name: string, canSay: boolean, at: Span): Problem {
  const help = canSay ? 'put them into <Say>...</Say>' : 'take them out';
  return refused(`words that stand directly in <${name}> are never said`, at, help);
}

/** `other` is an attribute or an element that would do in place of words. */
export function nothingInside(name: string, other: string | undefined, at: Span): Problem {
  const isElement = other !== undefined && /^[A-Z]/.test(other);
  const also = other === undefined ? '' : isElement ? `, or a <${other}> in it` : `, or give it \`${other}\``;
  return refused(`<${name}> has nothing in it`, at, `write words between <${name}> and </${name}>${also}`);
}

export function attributesMissing(name: string, missing: readonly string[], at: Span): Problem {
  const list = missing.map((one) => `\`${one}\``).join(' and ');
  return refused(`<${name}> lacks ${list}`, at, `write <${name} ${missing.map((one) => `${one}="..."`).join(' ')}>`);
}

/** Told and passed over: Twilio goes on without it. */
export function unknownAttribute(name: string, attribute: string, known: readonly string[], at: Span): Problem {
  const near = didYouMean(attribute, known);
  const list = known.length === 0 ? `<${name}> takes none` : `<${name}> takes ${known.join(', ')}`;
  const problem = warning(
    'RB0407',
    `<${name}> has no attribute \`${attribute}\`: Twilio passes over it`,
    at,
    near ? `did you mean \`${near}\`?` : list,
  );
  const isOtherCase = near !== undefined && near.toLowerCase() === attribute.toLowerCase();
  return isOtherCase ? { ...problem, fix: { what: `write ${near}`, edits: [{ at, text: near }] } } : problem;
}

export function notWhole(name: string, value: string, at: Span): Problem {
  return refused(`\`${name}\` must be a whole number, not "${value}"`, at);
}

export function valueNotAllowed(name: string, value: string, allowed: readonly string[], at: Span): Problem {
  const near = didYouMean(value, allowed);
  const help = near ? `did you mean "${near}"?` : `it can be ${allowed.map((one) => `"${one}"`).join(', ')}`;
  return refused(`\`${name}\` cannot be "${value}"`, at, help);
}

export function valueInOtherCase(name: string, right: string, at: Span): Problem {
  return {
    ...refused(`\`${name}\` must be "${right}": letter case counts`, at, `write "${right}"`),
    fix: { what: `write "${right}"`, edits: [{ at, text: right }] },
  };
}

function refused(message: string, at: Span, help?: string): Problem {
  return error('RB0407', message, at, help);
}

// Lengths

export function templateTooLong(source: Source, limit: number): Problem {
  const at = { source, start: 0, end: 1 };
  return error('RB0408', `this script has more than ${count(limit)} characters, and Twilio reads no more`, at);
}

export function sayTooLong(much: TooLong & { readonly voice: string }, at: Span, say: Span): Problem {
  const message = `this <Say> ${amount(much)}, and ${much.voice} say at most ${count(much.limit)}`;
  return tooLong(much, much.certain ? error('RB0408', message, at) : warning('RB0408', message, at), say);
}

/** Twilio fetches a longer script, where it can. */
export function scriptTooLong(much: TooLong, at: Span, root: Span): Problem {
  const fetched = 'Twilio fetches it, for which ringbook.yml needs a `publicUrl`';
  const message = `this script ${amount(much)}; beyond ${count(much.limit)} ${fetched}`;
  return tooLong(much, warning('RB0408', message, at), root);
}

/** How long a script is. */
interface TooLong {
  readonly longest: number;
  /** Without its variables. */
  readonly fixed: number;
  readonly limit: number;
  /** Whether it is too long without its variables. */
  readonly certain: boolean;
  /** The variable that can be the longest. */
  readonly widest: { readonly name: string; readonly longest: number } | undefined;
}

function amount({ longest, fixed, certain }: TooLong): string {
  return certain ? `has ${count(fixed)} characters without its variables` : `can come to ${count(longest)} characters`;
}

function tooLong({ certain, widest }: TooLong, problem: Problem, template: Span): Problem {
  if (certain || !widest) return { ...problem, help: 'say less' };
  const help = `{{${widest.name}}} alone can have ${count(widest.longest)}: give its field a smaller \`maxLength\`, or say less`;
  return { ...problem, help, related: [{ at: template, message: 'the template says it here' }] };
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
