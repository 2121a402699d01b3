import { isAlwaysThere } from '../../plugin/plugin.ts';
import type { Problem } from '../../problem/problem.ts';
import * as wording from './problems.ts';
import type { Entries } from './script-length.ts';
import type { TemplateName } from './template.ts';

/** Finds sections whose entry can be neither empty, null, false nor 0: they ask what is no question. */
export function checkSections(names: readonly TemplateName[], entries: Entries, template: string): readonly Problem[] {
  return names.flatMap(({ kind, name, at }) => {
    const entry = kind === 'section' && Object.hasOwn(entries, name) ? entries[name] : undefined;
    return entry?.pieces && isAlwaysThere(entry.pieces)
      ? [wording.sectionAlwaysSaid(name, template, entry.key, at)]
      : [];
  });
}
