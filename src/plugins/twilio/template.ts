import { hasErrors, type Problem, type Source, type Span } from '../../problem/problem.ts';
import { checkTwiml } from './check-twiml.ts';
import * as wording from './problems.ts';
import { hideTags, type Part } from './tags.ts';
import { readXml, type Token } from './xml.ts';

/** A template, read. The tokens make one whole tree that Twilio takes where no problem stops. */
export interface Template {
  readonly tokens: readonly Token[];
  readonly problems: readonly Problem[];
}

/** A name that the table is to give: of a `{{name}}`, or of a section. */
export interface TemplateName {
  readonly name: string;
  readonly at: Span;
  readonly kind: 'variable' | 'section';
}

/** What Twilio reads of a script at most: 64 kB (https://www.twilio.com/docs/api/errors/11750). */
const LONGEST_TEMPLATE = 65_536;

/** Reads a template: its tags, its XML as far as it can be followed, and where that is whole, whether it is TwiML. */
export function readTemplate(source: Source): Template {
  const known = read.get(source);
  if (known) return known;
  const template = readAnew(source);
  read.set(source, template);
  return template;
}

/** A template is read once, however many rules use it. */
const read = new WeakMap<Source, Template>();

function readAnew(source: Source): Template {
  if (source.text.length > LONGEST_TEMPLATE) {
    return { tokens: [], problems: [wording.templateTooLong(source, LONGEST_TEMPLATE)] };
  }
  const hidden = hideTags(source);
  if (!hidden.isWhole) return { tokens: [], problems: hidden.problems };
  const { tokens, problems } = readXml(hidden);
  const found = [...hidden.problems, ...problems];
  return { tokens, problems: hasErrors(found) ? found : [...found, ...checkTwiml(tokens)] };
}

/** All names that a template asks for, in order of place. */
export function namesOf(template: Template): readonly TemplateName[] {
  let names = namesIn.get(template);
  if (!names) {
    names = namesAmong(template.tokens);
    namesIn.set(template, names);
  }
  return names;
}

const namesIn = new WeakMap<Template, readonly TemplateName[]>();

function namesAmong(tokens: readonly Token[]): readonly TemplateName[] {
  return tokens.flatMap((token) => {
    if (token.kind === 'words') return token.parts.flatMap(namesOfPart);
    return token.kind === 'open' ? token.attributes.flatMap(({ parts }) => parts.flatMap(namesOfPart)) : [];
  });
}

function namesOfPart(part: Part): readonly TemplateName[] {
  if (part.kind === 'words') return [];
  const { name, kind, at } = part;
  return [{ name, kind, at }, ...(part.kind === 'section' ? part.parts.flatMap(namesOfPart) : [])];
}
