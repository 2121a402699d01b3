import { didYouMean, reasonOf } from '../problem/problem.ts';
import { isPlainId } from './ajv.ts';
import type { Json, JsonObject } from './json.ts';
import { FORMATS, KEYWORDS, type Keyword, LEFT_TO_AJV, TYPES } from './keyword.ts';
import { isPattern } from './plain-pattern.ts';
import { asObject, asText, inWords, typesOf } from './reading.ts';
import { compileSchema, type JsonSchema } from './validate.ts';

/** What is wrong in a schema itself. */
export interface SchemaFault {
  /** Keys from the root to the place. */
  readonly path: readonly string[];
  /** Whether it is the key at the end of the path that is wrong, not its value. */
  readonly isKey: boolean;
  readonly message: string;
  readonly help?: string | undefined;
}

/** Far deeper than data is described; bounds what reading a schema costs. */
const MAX_DEPTH = 100;
/** A chain of `$ref`s can be as long as there are definitions: more of them are left to ajv. */
const MAX_DEFINITIONS = 100;
const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/**
 * What is wrong in a schema; nothing where `compileSchema` takes it. Ajv, which is slow to load, is asked only about what this
 * reading finds strange: then its word counts, and the places and words of this reading tell what it is.
 */
export function faultsIn(schema: JsonSchema): readonly SchemaFault[] {
  if (isDeeper(schema, MAX_DEPTH))
    return [{ path: [], isKey: false, message: `is nested more than ${MAX_DEPTH} deep` }];
  const reader = new Reader(schema);
  const { faults, isStrange } = reader.read();
  if (faults.length === 0 && !isStrange) {
    const circle = reader.circle();
    return circle ? [circle] : [];
  }
  try {
    compileSchema(schema);
    return [];
  } catch (failure) {
    return faults.length > 0 ? faults : [{ path: [], isKey: false, message: `cannot be used: ${reasonOf(failure)}` }];
  }
}

function isDeeper(value: Json, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1));
}

/** Where the reader is. */
interface Place {
  readonly path: readonly string[];
  /** The types that the schemas around it let come here; none where they say nothing. */
  readonly types: readonly string[];
  /** The schema, `#` or `#/$defs/name`, that is held against the same value; undefined in what describes a part of it. */
  readonly of: string | undefined;
}

/** Reads a schema as ajv's strict mode does. */
class Reader {
  readonly #root: JsonSchema;
  readonly #faults: SchemaFault[] = [];
  /** `$ref`s by the schema whose value they hold against another schema. */
  readonly #references = new Map<string, { readonly to: string; readonly path: readonly string[] }[]>();
  #isStrange = false;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  read(): { readonly faults: readonly SchemaFault[]; readonly isStrange: boolean } {
    this.#schema(this.#root, { path: [], types: [], of: '#' });
    for (const [name, schema] of Object.entries(asObject(this.#root['$defs']) ?? {})) {
      this.#schema(schema, { path: ['$defs', name], types: [], of: `#/$defs/${name}` });
    }
    return { faults: this.#faults, isStrange: this.#isStrange };
  }

  /** A schema that holds a value against itself, again and again: no event would ever get through it. */
  circle(): SchemaFault | undefined {
    const done = new Set<string>();
    const visit = (of: string, way: readonly string[]): SchemaFault | undefined => {
      if (done.has(of)) return undefined;
      for (const { to, path } of this.#references.get(of) ?? []) {
        if (to === of || way.includes(to))
          return { path, isKey: false, message: 'leads back to itself for the same value, without an end' };
        const found = visit(to, [...way, of]);
        if (found) return found;
      }
      done.add(of);
      return undefined;
    };
    for (const of of this.#references.keys()) {
      const found = visit(of, []);
      if (found) return found;
    }
    return undefined;
  }

  #schema(schema: Json, place: Place): void {
    const object = asObject(schema);
    // `true` and `false` are schemas; anything else was told where it stands.
    if (!object) return;
    const here = { ...place, types: this.#typesHere(object, place) };
    for (const [name, value] of Object.entries(object)) {
      const keyword = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
      if (keyword) this.#keyword(name, value, keyword, object, here);
      else this.#other(name, value, here);
    }
  }

  /** The types that may come, narrowed by what this schema says. */
  #typesHere(schema: JsonObject, { path, types }: Place): readonly string[] {
    const own = typesOf(schema);
    if (own.length === 0 || types.length === 0) return own.length > 0 ? own : types;
    for (const type of own) {
      if (!includes(types, type))
        this.#fault([...path, 'type'], `can never be "${type}": the schema around it says "${types.join('", "')}"`);
    }
    return types.flatMap((type) =>
      includes(own, type) ? [type] : type === 'number' && own.includes('integer') ? ['integer'] : [],
    );
  }

  #keyword(name: string, value: Json, keyword: Keyword, schema: JsonObject, here: Place): void {
    const path = [...here.path, name];
    if (!keyword.form.fits(value)) {
      this.#fault(path, `must be ${keyword.form.words}`, closest(name, value));
      return;
    }
    const { types } = keyword;
    if (
      types &&
      !types.some((type) => here.types.includes(type) || (type === 'number' && here.types.includes('integer')))
    ) {
      const other = here.types.length > 0 ? `, and here it is "${here.types.join('", "')}"` : '';
      this.#fault(path, `"${name}" is for values whose "type" is "${types.join('" or "')}"${other}`, undefined, true);
    }
    this.#lone(name, path, schema);
    if (name === 'pattern') this.#pattern(inWords(value), path, false);
    if (name === 'patternProperties') this.#patternProperties(asObject(value) ?? {}, path, schema);
    if (name === '$ref') this.#reference(inWords(value), path, here);
    for (const [key, inner] of insideOf(keyword, value)) {
      this.#schema(inner, { path: [...path, ...key], ...against(keyword, here) });
    }
  }

  /** Keywords that mean nothing without another. */
  #lone(name: string, path: readonly string[], schema: JsonObject): void {
    if (name === 'if' && schema['then'] === undefined && schema['else'] === undefined) {
      this.#fault(path, '"if" does nothing without "then" or "else"', undefined, true);
    }
    if ((name === 'then' || name === 'else') && schema['if'] === undefined) {
      this.#fault(path, `"${name}" does nothing without "if"`, undefined, true);
    }
  }

  #pattern(pattern: string, path: readonly string[], isKey: boolean): void {
    if (isPattern(pattern)) return;
    this.#fault(
      path,
      'is not a regular expression that can be used',
      'look-around and back-references are left out, as in RE2',
      isKey,
    );
  }

  #patternProperties(patterns: JsonObject, path: readonly string[], schema: JsonObject): void {
    for (const pattern of Object.keys(patterns)) this.#pattern(pattern, [...path, pattern], true);
    // A property that both describe is not in order; ajv tells.
    if (schema['properties'] !== undefined) this.#isStrange = true;
  }

  #reference(to: string, path: readonly string[], { of }: Place): void {
    const [, name] = /^#\/\$defs\/([\w.-]+)$/.exec(to) ?? [];
    if (to !== '#' && name === undefined) {
      this.#isStrange = true;
      return;
    }
    const defined = Object.keys(asObject(this.#root['$defs']) ?? {});
    if (name !== undefined && !defined.includes(name)) {
      const meant = didYouMean(name, defined);
      this.#fault(path, `leads to nothing: "$defs" has no "${name}"`, meant && `did you mean "${meant}"?`);
    }
    if (of !== undefined) this.#references.set(of, [...(this.#references.get(of) ?? []), { to, path }]);
  }

  /** What is no keyword of the list. */
  #other(name: string, value: Json, { path }: Place): void {
    const isRoot = path.length === 0;
    if (isRoot && name === '$schema' && value === DRAFT) return;
    if (isRoot && name === '$id' && isPlainId(value)) return;
    if (isRoot && name === '$defs' && KEYWORDS['properties']?.form.fits(value)) {
      const names = Object.keys(asObject(value) ?? {});
      if (names.length > MAX_DEFINITIONS || names.includes('__proto__')) this.#isStrange = true;
      return;
    }
    this.#isStrange = true;
    if (isRoot && name === '$schema') this.#fault(['$schema'], `must be "${DRAFT}", or be left out`);
    if (LEFT_TO_AJV.includes(name)) return;
    const meant = didYouMean(name, Object.keys(KEYWORDS));
    this.#fault([...path, name], `JSON Schema has no keyword "${name}"`, meant && `did you mean "${meant}"?`, true);
  }

  #fault(path: readonly string[], message: string, help?: string, isKey = false): void {
    this.#faults.push({ path, isKey, message, help });
  }
}

function includes(types: readonly string[], type: string): boolean {
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}

/** The schemas inside a keyword's value, each with the keys that lead to it. */
function insideOf({ inside }: Keyword, value: Json): readonly (readonly [readonly string[], Json])[] {
  if (inside === undefined) return [];
  if (inside === 'schema') return [[[], value]];
  return Object.entries(value ?? {}).map(([key, inner]: [string, Json]) => [[key], inner]);
}

function against(keyword: Keyword, { types, of }: Place): Pick<Place, 'types' | 'of'> {
  if (keyword.against === 'itself') return { types, of };
  return { types: keyword.against === 'names' ? ['string'] : [], of: undefined };
}

/** The value of a closed list that was meant. */
function closest(name: string, value: Json): string | undefined {
  const list = name === 'type' ? TYPES : name === 'format' ? FORMATS : [];
  const meant = didYouMean(asText(value) ?? '', list);
  return meant && `did you mean "${meant}"?`;
}
