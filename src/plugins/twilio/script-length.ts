import { type Piece, worstCase } from '../../message/message.ts';
import type { OpUse } from '../../plugin/plugin.ts';
import type { Problem } from '../../problem/problem.ts';
import type { JsonSchema } from '../../schema/schema.ts';
import { LONGEST_TWIML } from './call-options.ts';
import * as wording from './problems.ts';
import type { Part } from './tags.ts';
import type { Template } from './template.ts';
import type { OpenToken, Token } from './xml.ts';

/** The entries of a table, with what is known of their text. */
export type Entries = NonNullable<OpUse['args'][string]['entries']>;

/**
 * Finds a `<Say>`, or a script, that is too long where every variable is at its longest, as far as schemas bound it. What
 * writing it as XML adds, `&amp;` for `&`, is not counted: no text consists of nothing else.
 */
export function checkLengths(template: Template, entries: Entries, use: OpUse): readonly Problem[] {
  const at = use.args['correspondance']?.at ?? use.at;
  const script = scriptOf(template);
  const says = script.says.flatMap(({ token, parts, limit, voice }) => {
    const much = lengthOf(parts, entries);
    if (much.longest <= limit) return [];
    const certain = much.fixed > limit;
    return [wording.sayTooLong({ ...much, limit, voice, certain }, certain ? token.at : at, token.at)];
  });
  if (says.length > 0) return says;
  const [root] = template.tokens;
  const whole = lengthOf(script.parts, entries);
  const { written } = script;
  const longest = whole.longest + written;
  if (longest <= LONGEST_TWIML || root?.kind !== 'open') return [];
  const certain = whole.fixed + written > LONGEST_TWIML;
  const much = { ...whole, longest, fixed: whole.fixed + written, limit: LONGEST_TWIML, certain };
  return [wording.scriptTooLong(much, certain ? root.at : at, root.at)];
}

/** What of a template is measured. */
interface Script {
  readonly says: readonly (Say & { readonly limit: number; readonly voice: string })[];
  readonly parts: readonly Part[];
  /** Characters of what is no text. */
  readonly written: number;
}

/** The same for every rule that uses the template. */
const scripts = new WeakMap<Template, Script>();

function scriptOf(template: Template): Script {
  let script = scripts.get(template);
  if (!script) {
    const { tokens } = template;
    const written = tokens.reduce((sum, token) => sum + markupLength(token), DECLARATION_LENGTH);
    const says = saysOf(tokens).map((say) => ({ ...say, ...limitOf(say.token) }));
    script = { says, parts: tokens.flatMap(partsOf), written };
    scripts.set(template, script);
  }
  return script;
}

const DECLARATION_LENGTH = '<?xml version="1.0" encoding="UTF-8"?>'.length;

/** What a voice says at most (https://www.twilio.com/docs/api/errors/13521). */
const LIMITS: readonly { readonly prefix: string; readonly limit: number; readonly voice: string }[] = [
  { prefix: 'Polly.', limit: 3_000, voice: "Polly's voices" },
  { prefix: 'Google.', limit: 5_000, voice: "Google's voices" },
  { prefix: '', limit: 4_096, voice: 'the basic voices' },
];

function limitOf(say: OpenToken): { readonly limit: number; readonly voice: string } {
  const parts = say.attributes.find(({ name }) => name === 'voice')?.parts ?? [];
  const voice = parts.map((part) => (part.kind === 'words' ? part.words : '')).join('');
  return LIMITS.find(({ prefix }) => voice.startsWith(prefix)) ?? { limit: LONGEST_TWIML, voice: 'voices' };
}

interface Say {
  readonly token: OpenToken;
  readonly parts: readonly Part[];
}

/** Every `<Say>`, with all words in it. */
function saysOf(tokens: readonly Token[]): readonly Say[] {
  const says: { token: OpenToken; parts: Part[] }[] = [];
  const open: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'open') {
      open.push(token.name);
      if (token.name === 'Say') says.push({ token, parts: [] });
    } else if (token.kind === 'close') open.pop();
    else if (open.includes('Say')) says.at(-1)?.parts.push(...token.parts);
  }
  return says;
}

interface Length {
  readonly longest: number;
  readonly fixed: number;
  readonly widest: { readonly name: string; readonly longest: number } | undefined;
}

function lengthOf(parts: readonly Part[], entries: Entries): Length {
  let widest: Length['widest'];
  let [longest, fixed] = [0, 0];
  for (const part of parts) {
    if (part.kind === 'words') {
      longest += part.words.length;
      fixed += part.words.length;
      continue;
    }
    const inside = part.kind === 'section' ? lengthOf(part.parts, entries) : lengthOfEntry(part.name, entries);
    longest += inside.longest;
    if (inside.widest && inside.widest.longest > (widest?.longest ?? 0)) widest = inside.widest;
  }
  return { longest, fixed, widest };
}

function lengthOfEntry(name: string, entries: Entries): Length {
  const pieces: readonly Piece[] = (Object.hasOwn(entries, name) ? entries[name]?.pieces : undefined) ?? [];
  const longest = pieces.reduce((sum, piece) => sum + longestOf(piece), 0);
  return { longest, fixed: 0, widest: { name, longest } };
}

function longestOf(piece: Piece): number {
  const schema = typeof piece === 'string' ? undefined : piece.schema;
  const longest = (schema && longestOfSchema.get(schema)) ?? worstCase([piece]).characters;
  if (schema) longestOfSchema.set(schema, longest);
  return longest;
}

/** The fields of an event are said by every rule that listens to it. */
const longestOfSchema = new WeakMap<JsonSchema, number>();

function partsOf(token: Token): readonly Part[] {
  if (token.kind === 'words') return token.parts;
  return token.kind === 'open' ? token.attributes.flatMap(({ parts }) => parts) : [];
}

/** `<Say voice="">` and `</Say>`, what stands in them not counted. */
function markupLength(token: Token): number {
  if (token.kind === 'words') return 0;
  if (token.kind === 'close') return token.at ? token.at.end - token.at.start : '/'.length;
  return (
    '<>'.length + token.name.length + token.attributes.reduce((sum, { name }) => sum + ' =""'.length + name.length, 0)
  );
}
