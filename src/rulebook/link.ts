import { posix } from 'node:path';
import type { Problem, Source } from '../problem/problem.ts';
import { asObject, type JsonObject } from '../schema/schema.ts';
import { entryOf, spanOf, toJson, type YamlFile } from '../yaml/yaml.ts';
import * as problems from './problems.ts';
import type { DefSyntax, RulebookSyntax, RuleSyntax } from './syntax.ts';

/** A def that a rulebook can use, and where it is defined. */
export interface LinkedDef {
  /** Its key in the plan: `rulebooks/shared.yml#greet`. */
  readonly key: string;
  readonly source: Source;
  readonly syntax: DefSyntax;
}

/** A rulebook with what it may name: its own defs and those that it imports, and its constants. */
export interface LinkedRulebook {
  readonly syntax: RulebookSyntax;
  readonly defs: ReadonlyMap<string, LinkedDef>;
  readonly vars: JsonObject;
}

/** The file that an import names: a path from the file that imports it. */
function importedFile(from: Source, path: string): string {
  return posix.normalize(posix.join(posix.dirname(from.file), path));
}

/** The files that a rulebook imports, before its structure is read. */
export function importsIn({ source, root }: YamlFile): readonly string[] {
  const value = root?.kind === 'map' ? entryOf(root, 'import')?.value : undefined;
  const nodes = value?.kind === 'list' ? value.items : value ? [value] : [];
  return nodes.flatMap((node) => (node.kind === 'scalar' && node.text !== '' ? [importedFile(source, node.text)] : []));
}

/**
 * Gives every rulebook what it imports; an import brings the defs and vars of a file, also those that the file imports.
 * `library` has all files that were read, by name.
 */
export function linkRulebooks(
  rulebooks: readonly RulebookSyntax[],
  library: ReadonlyMap<string, RulebookSyntax>,
): { readonly linked: ReadonlyMap<RulebookSyntax, LinkedRulebook>; readonly problems: readonly Problem[] } {
  const linked = new Map<RulebookSyntax, LinkedRulebook>();
  const found: Problem[] = [];
  const link = (syntax: RulebookSyntax, way: readonly RulebookSyntax[]): LinkedRulebook => {
    const known = linked.get(syntax);
    if (known) return known;
    const defs = new Map<string, LinkedDef>();
    let vars: JsonObject = {};
    for (const node of syntax.imports) {
      const at = spanOf(syntax.source, node);
      const imported = library.get(importedFile(syntax.source, node.text));
      if (!imported) found.push(problems.importNotFound(node.text, at));
      else if (imported === syntax || way.includes(imported)) {
        found.push(
          problems.leadsBack(
            [...way, syntax, imported].map(({ source }) => source.file),
            at,
          ),
        );
      } else {
        const other = link(imported, [...way, syntax]);
        for (const [name, def] of other.defs) defs.set(name, def);
        vars = { ...vars, ...other.vars };
      }
    }
    for (const def of syntax.defs) {
      defs.set(def.name, { key: `${syntax.source.file}#${def.name}`, source: syntax.source, syntax: def });
    }
    const own = asObject(syntax.vars && toJson(syntax.vars)) ?? {};
    const result = { syntax, defs, vars: Object.keys(vars).length > 0 ? { ...vars, ...own } : own };
    linked.set(syntax, result);
    return result;
  };
  for (const syntax of rulebooks) link(syntax, []);
  return { linked, problems: found };
}

/** A rule that can be called, and the rulebook that it stands in. */
export interface Callee {
  readonly rule: RuleSyntax;
  readonly rulebook: LinkedRulebook;
}

/** Finds rules by name: `rulebook/rule`, or the rule's own name inside its rulebook. */
export class Callees {
  readonly #byName = new Map<string, Callee>();

  constructor(rulebooks: Iterable<LinkedRulebook>) {
    for (const rulebook of rulebooks) {
      for (const rule of rulebook.syntax.rules) this.#byName.set(rule.name, { rule, rulebook });
    }
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  find(name: string, from: RulebookSyntax): Callee | undefined {
    return this.#byName.get(name) ?? this.#byName.get(`${from.name}/${name}`);
  }
}
