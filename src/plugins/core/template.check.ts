import type { Problem, Span } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';
import * as wording from './problems.ts';
import { type Body, bodiesOf, canonical } from './template.ts';
import { namesIn, readText } from './text-template.ts';

/** Finds in a template what is wrong however it is used: tags, locales, and languages that do not say the same. */
export function checkTemplate(file: ResourceFile): readonly Problem[] {
  const bodies = bodiesOf(file.settings);
  const broken = bodies.flatMap((body) => tagProblems(file, body));
  return [...broken, ...localeProblems(file, bodies), ...(broken.length > 0 ? [] : differences(file, bodies))];
}

/** Where a template says a body. */
export function placeOf({ spans, at }: ResourceFile, { locale }: Body): Span {
  return spans[locale === undefined ? 'body' : `locales.${locale}`] ?? at;
}

function tagProblems(file: ResourceFile, body: Body): readonly Problem[] {
  const at = placeOf(file, body);
  const reference = /\$\{[^}]*\}?/.exec(body.text)?.[0];
  if (reference !== undefined) return [wording.referenceInTemplate(reference, at)];
  return readText(body.text).faults.map((fault) => wording.templateFault(fault, at));
}

/** A language, and what narrows it down (RFC 5646, 2.1). */
const LOCALE = /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/;

function localeProblems(file: ResourceFile, bodies: readonly Body[]): readonly Problem[] {
  const { locale: own } = file.settings;
  const known = new Map<string, string>(typeof own === 'string' ? [[canonical(own), own]] : []);
  const isOwnWrong = typeof own === 'string' && !LOCALE.test(own);
  const ownProblems = isOwnWrong ? [wording.notALocale(own, file.spans['locale'] ?? file.at)] : [];
  const others = bodies.flatMap((body) => {
    if (body.locale === undefined) return [];
    if (!LOCALE.test(body.locale)) return [wording.notALocale(body.locale, placeOf(file, body))];
    const first = known.get(canonical(body.locale));
    known.set(canonical(body.locale), body.locale);
    return first === undefined ? [] : [wording.localeTwice(body.locale, first, placeOf(file, body))];
  });
  return [...ownProblems, ...others];
}

/** A name that one language says and another does not was most likely forgotten there. */
function differences(file: ResourceFile, bodies: readonly Body[]): readonly Problem[] {
  const said = bodies.map((body) => ({ body, names: namesOf(body) }));
  const all = new Set(said.flatMap(({ names }) => [...names]));
  return said.flatMap(({ body, names }) => {
    const missing = [...all].filter((name) => !names.has(name));
    return missing.length === 0 ? [] : [wording.namesNotSaid(missing, body.locale, placeOf(file, body))];
  });
}

function namesOf({ text }: Body): ReadonlySet<string> {
  return new Set(namesIn(readText(text).parts).map(({ name }) => name));
}
