import { LONGEST_TEXT, worstCase } from '../../message/message.ts';
import { isAlwaysThere, type OpArgument, type OpArgumentEntry, type OpUse, type Piece } from '../../plugin/plugin.ts';
import type { Problem } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';
import { typesOf } from '../../schema/schema.ts';
import * as wording from './problems.ts';
import { placeOf } from './template.check.ts';
import { type Body, bodiesOf, bodyFor, isActive, TEMPLATE } from './template.ts';
import { asSaid, MANY_PARTS, mostPartsOf } from './text-length.ts';
import { namesIn, piecesOf, readText, type TextTemplate } from './text-template.ts';

/** Finds what cannot be right in how a message takes its words: of `body`, or of a template and what its names stand for. */
export function wordsProblems(use: OpUse): readonly Problem[] {
  const { template: named, body } = use.args;
  if (!named) return withoutTemplate(use);
  if (body) return [wording.twoTexts(named.at)];
  const file = templateOf(use);
  if (!file) return [];
  return [...stateProblems(use, file, named), ...bodyProblems(use, file, named)];
}

/** The template that an op names, as far as it stands there. */
export function templateOf(use: OpUse): ResourceFile | undefined {
  const slug = use.args['template']?.literal;
  const file = typeof slug === 'string' ? use.resource(slug) : undefined;
  return file?.class === TEMPLATE ? file : undefined;
}

function withoutTemplate(use: OpUse): readonly Problem[] {
  const idle = ['context', 'locale'].flatMap((name) => {
    const argument = use.args[name];
    return argument ? [wording.nothingToFill(name, argument.at)] : [];
  });
  return use.args['body']
    ? idle
    : [{ ...use.missing(['body']), help: 'write a `body`, or name a `template`' }, ...idle];
}

function stateProblems(use: OpUse, file: ResourceFile, { at }: OpArgument): readonly Problem[] {
  const { locale } = use.args;
  const asked = typeof locale?.literal === 'string' ? locale.literal : undefined;
  const { locale: own } = file.settings;
  const others = bodiesOf(file.settings).flatMap((body) => body.locale ?? []);
  const known = typeof own === 'string' ? [own, ...others] : others;
  const isThere = asked === undefined || bodyFor(file.settings, asked).isAsked;
  return [
    ...(isActive(file.settings) ? [] : [wording.templateInactive(file, at)]),
    ...(isThere ? [] : [wording.localeNotThere(asked, file.mid, known, locale?.at ?? at)]),
  ];
}

interface ReadBody {
  readonly body: Body;
  readonly template: TextTemplate;
}

function bodyProblems(use: OpUse, file: ResourceFile, named: OpArgument): readonly Problem[] {
  const bodies = bodiesOf(file.settings).map((body) => ({ body, template: readText(body.text) }));
  // What is wrong with the template itself is told there, and of one that was read only in part its names are not known.
  if (bodies.some(({ template }) => template.faults.length > 0)) return [];
  const { context } = use.args;
  const entries = !context || context.literal === null ? {} : context.entries;
  if (!entries) return [];
  const found = tableProblems(use, file, bodies, entries);
  return found.some(({ severity }) => severity === 'error')
    ? found
    : [...found, ...bodies.flatMap((one) => lengthProblems(use, file, one, entries, named))];
}

type Entries = Readonly<Record<string, OpArgumentEntry>>;

function tableProblems(
  use: OpUse,
  file: ResourceFile,
  bodies: readonly ReadBody[],
  entries: Entries,
): readonly Problem[] {
  const asked = bodies.map(({ body, template }) => ({ body, names: namesIn(template.parts) }));
  const all = [...new Set(asked.flatMap(({ names }) => names.map(({ name }) => name)))];
  const sections = new Set(
    asked.flatMap(({ names }) => names.flatMap((one) => (one.kind === 'section' ? one.name : []))),
  );
  const at = use.args['context']?.at ?? use.args['template']?.at ?? use.at;
  const missing = all.filter((name) => !Object.hasOwn(entries, name));
  return [
    ...missing.map((name) => {
      const body = asked.find(({ names }) => names.some((one) => one.name === name))?.body;
      return wording.nameMissing(name, file.mid, body?.locale, Object.keys(entries), at);
    }),
    ...Object.entries(entries).flatMap(([name, entry]) => {
      if (!all.includes(name)) return [wording.entryNotSaid(name, file.mid, all, entry.key)];
      const form = formOf(entry);
      if (form !== undefined) return [wording.entryNotSayable(name, form, entry.at ?? entry.key)];
      const isAlways = sections.has(name) && entry.pieces !== undefined && isAlwaysThere(entry.pieces);
      return isAlways ? [wording.sectionAlwaysSaid(name, file.mid, entry.key)] : [];
    }),
  ];
}

/** What an entry is that has no words of its own, as far as it is known. */
function formOf({ literal, pieces }: OpArgumentEntry): string | undefined {
  if (!pieces)
    return literal !== undefined && (literal === null || typeof literal !== 'object') ? undefined : 'a list or a map';
  const [only] = pieces;
  if (pieces.length !== 1 || typeof only !== 'object' || !only.schema) return undefined;
  const types = typesOf(only.schema);
  return types.length > 0 && types.every((type) => type === 'array' || type === 'object')
    ? 'a list or a map'
    : undefined;
}

/** For each language: as many letters say the same in none of them. */
function lengthProblems(
  use: OpUse,
  file: ResourceFile,
  { body, template }: ReadBody,
  entries: Entries,
  { at }: OpArgument,
): readonly Problem[] {
  const pieces = (name: string): readonly Piece[] => entries[name]?.pieces ?? [];
  const worst = worstCase(asSaid(piecesOf(template.parts, pieces), use));
  const place = placeOf(file, body);
  const said = wording.saidBy(file.mid, body.locale);
  if (worst.characters > LONGEST_TEXT)
    return [wording.inTemplate(wording.textTooLong(worst, LONGEST_TEXT, at, said), place)];
  const most = mostPartsOf(use);
  if (worst.parts > most) return [wording.inTemplate(wording.tooManyParts(worst, most, at, said), place)];
  return worst.parts >= MANY_PARTS ? [wording.inTemplate(wording.manyParts(worst, at, said), place)] : [];
}
