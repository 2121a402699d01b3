/** A text by its identity: what `Source` of the front door is. */
interface Text {
  readonly text: string;
}

/** Line and column, both from 1; columns count UTF-16 units, as editors do. */
interface Place {
  readonly line: number;
  readonly column: number;
}

const known = new WeakMap<Text, readonly number[]>();

/** Lines and columns of a source. Its lines are counted once, so that a thousand problems of a large file cost no more. */
export function placesOf(source: Text): (offset: number) => Place {
  let starts = known.get(source);
  if (!starts) {
    starts = lineStarts(source.text);
    known.set(source, starts);
  }
  const all = starts;
  return (offset) => {
    const line = lastNotAfter(all, offset);
    return { line: line + 1, column: offset - (all[line] ?? 0) + 1 };
  };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Index of the last start that is not after `offset`, by halving. */
function lastNotAfter(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
