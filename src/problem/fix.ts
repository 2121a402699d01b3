import type { Fix, Problem, Source } from './problem.ts';

/** A file with its fixes applied. */
export interface Mended {
  readonly source: Source;
  readonly text: string;
  /** What was done, in the words of the fixes. */
  readonly done: readonly string[];
}

/**
 * Applies the fixes of `problems`, in order. A fix is applied whole or not at all: one that touches what an earlier one changes
 * is left for the next round, when the file has been checked again. Pure: nothing is written.
 */
export function applyFixes(problems: readonly Problem[]): readonly Mended[] {
  const files = new Map<string, Taken>();
  for (const { fix } of problems) {
    if (!fix || !fitsAll(fix, files)) continue;
    for (const edit of fix.edits) take(edit, files);
    for (const file of new Set(fix.edits.map(({ at }) => at.source.file))) files.get(file)?.done.push(fix.what);
  }
  return [...files.values()].map(({ source, edits, done }) => ({ source, text: edited(source.text, edits), done }));
}

type Edit = Fix['edits'][number];

interface Taken {
  readonly source: Source;
  readonly edits: Edit[];
  readonly done: string[];
}

function fitsAll({ edits }: Fix, files: ReadonlyMap<string, Taken>): boolean {
  return (
    edits.length > 0 &&
    edits.every((edit, index) => {
      const { source, start, end } = edit.at;
      const taken = files.get(source.file);
      const inside = start >= 0 && start <= end && end <= source.text.length;
      // One file that was read twice may have changed in between.
      const known = !taken || taken.source.text === source.text;
      const others = [...(taken?.edits ?? []), ...edits.slice(0, index)];
      return inside && known && !others.some((other) => touch(edit, other));
    })
  );
}

/** Edits that only meet touch as well: which of two insertions at one place comes first is nobody's to say. */
function touch(a: Edit, b: Edit): boolean {
  return a.at.source.file === b.at.source.file && a.at.start <= b.at.end && b.at.start <= a.at.end;
}

function take(edit: Edit, files: Map<string, Taken>): void {
  const { source } = edit.at;
  const taken = files.get(source.file) ?? { source, edits: [], done: [] };
  taken.edits.push(edit);
  files.set(source.file, taken);
}

function edited(text: string, edits: readonly Edit[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { at, text: words } of edits.toSorted((a, b) => a.at.start - b.at.start)) {
    pieces.push(text.slice(from, at.start), words);
    from = at.end;
  }
  return [...pieces, text.slice(from)].join('');
}
