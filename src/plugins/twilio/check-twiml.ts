import { didYouMean, type Problem } from '../../problem/problem.ts';
import { checkValue } from './check-value.ts';
import * as wording from './problems.ts';
import { VERB_NAMES, type Verb, verbNamed } from './verb.ts';
import type { CloseToken, OpenToken, Token, WordsToken } from './xml.ts';

/**
 * Finds what Twilio would refuse or leave out of a script that is well-formed: its errors 12200 (elements, attributes) and
 * 13520 (nothing to say). A value that a `{{name}}` makes is not judged.
 */
export function checkTwiml(tokens: readonly Token[]): readonly Problem[] {
  const problems: Problem[] = [];
  const open: Open[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'open') open.push(opened(token, open.at(-1), () => closeOf(tokens, index), problems));
    else if (token.kind === 'close') closed(open, problems);
    else takeWords(token, open.at(-1), problems);
  }
  return problems;
}

/** An element that is open. Of one that is not known, nothing inside is judged. */
interface Open {
  readonly token: OpenToken;
  readonly verb: Verb | undefined;
  readonly holds: Set<string>;
  hasWords: boolean;
}

function opened(
  token: OpenToken,
  parent: Open | undefined,
  close: () => CloseToken | undefined,
  problems: Problem[],
): Open {
  parent?.holds.add(token.name);
  const isUnjudged = parent !== undefined && parent.verb === undefined;
  const named = isUnjudged ? undefined : nameOf(token, parent, close, problems);
  const verb = named === undefined ? undefined : verbNamed(named);
  if (verb && named !== undefined) checkAttributes(token, named, verb, problems);
  return { token, verb, holds: new Set(), hasWords: false };
}

/** The name that an element goes by, once what is wrong with it is told; undefined where nothing can be said of it. */
function nameOf(
  token: OpenToken,
  parent: Open | undefined,
  close: () => CloseToken | undefined,
  problems: Problem[],
): string | undefined {
  const { name, at } = token;
  const allowed = parent ? (parent.verb?.inside ?? []) : ['Response'];
  if (allowed.includes(name)) return name;
  const inOtherCase = allowed.find((one) => one.toLowerCase() === name.toLowerCase());
  if (inOtherCase !== undefined) {
    parent?.holds.add(inOtherCase);
    problems.push(wording.elementInOtherCase(name, inOtherCase, at, close()?.at));
    return inOtherCase;
  }
  if (!parent) {
    problems.push(wording.wrongRoot(name, at));
    return undefined;
  }
  if (wording.isOfMessages(name)) problems.push(wording.elementOfMessages(name, at));
  else if (verbNamed(name)) problems.push(wording.elementMisplaced(name, parent.token.name, allowed, at));
  else problems.push(wording.unknownElement(name, didYouMean(name, allowed) ?? didYouMean(name, VERB_NAMES), at));
  return verbNamed(name) ? name : undefined;
}

function closed(open: Open[], problems: Problem[]): void {
  const element = open.pop();
  if (!element) return;
  const parent = open.at(-1);
  if (parent && element.hasWords) parent.hasWords = true;
  const { token, verb, holds, hasWords } = element;
  if (!verb || hasWords || verb.words === 'none') return;
  const others = verb.words === 'must' ? [] : verb.words.mustUnless;
  const isMet = others.some((name) => holds.has(name) || token.attributes.some((one) => one.name === name));
  if (!isMet) problems.push(wording.nothingInside(token.name, others[0], token.at));
}

function takeWords({ parts, at }: WordsToken, element: Open | undefined, problems: Problem[]): void {
  if (!element || parts.every((part) => part.kind === 'words' && part.words.trim() === '')) return;
  element.hasWords = true;
  const { token, verb } = element;
  if (verb?.words === 'none') problems.push(wording.wordsNotSaid(token.name, verb.inside.includes('Say'), at));
}

function checkAttributes(token: OpenToken, name: string, verb: Verb, problems: Problem[]): void {
  const known = Object.keys(verb.attributes);
  for (const attribute of token.attributes) {
    const rule = Object.hasOwn(verb.attributes, attribute.name) ? verb.attributes[attribute.name] : undefined;
    if (rule !== undefined) problems.push(...checkValue(attribute, rule));
    else if (!/^xmlns|^xml:/.test(attribute.name)) {
      problems.push(wording.unknownAttribute(name, attribute.name, known, attribute.at));
    }
  }
  const missing = (verb.required ?? []).filter((one) => !token.attributes.some((given) => given.name === one));
  if (missing.length > 0) problems.push(wording.attributesMissing(name, missing, token.at));
}

/** The end of the element that begins at a token. */
function closeOf(tokens: readonly Token[], start: number): CloseToken | undefined {
  let depth = 0;
  for (let index = start; index < tokens.length; index++) {
    const token = tokens[index];
    if (token?.kind === 'open') depth++;
    if (token?.kind === 'close' && --depth === 0) return token;
  }
  return undefined;
}
