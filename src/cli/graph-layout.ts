import { type Graph, type GraphEdge, type GraphNode, NODE_KINDS } from './graph-of.ts';

/** A graph with a place for every box; all lengths in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly Column[];
  readonly boxes: ReadonlyMap<string, Box>;
}

export interface Column {
  readonly x: number;
  readonly width: number;
}

/** `y` is the middle of the box. */
export interface Box {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Widths of a letter of a monospaced font: 0.6 of its size, which is 13 for labels and 11 for details. */
const LABEL_LETTER = 7.8;
const DETAIL_LETTER = 6.6;
/** Letters of a label that are shown; the rest is in its tooltip. */
const MAX_LETTERS = 44;

const PADDING = 14;
const BOX_HEIGHT = 44;
const ROW = 60;
const COLUMN_GAP = 90;
const MARGIN = 24;
const HEADING = 36;
/** After this many sweeps neither order nor places change any more in graphs that people look at. */
const SWEEPS = 24;

/** Puts each kind of node in a column, in an order with few crossings, each box near those that it is joined to. */
export function layOut(graph: Graph): Layout {
  const columns = ordered(graph);
  const middles = placed(columns, graph.edges);
  const boxes = new Map<string, Box>();
  const placedColumns: Column[] = [];
  let x = MARGIN;
  for (const nodes of columns) {
    const width = Math.max(110, ...nodes.map(widthOf));
    for (const node of nodes) {
      const y = MARGIN + HEADING + BOX_HEIGHT / 2 + (middles.get(node.id) ?? 0);
      boxes.set(node.id, { node, x, y, width, height: BOX_HEIGHT });
    }
    placedColumns.push({ x, width });
    x += width + COLUMN_GAP;
  }
  const bottom = Math.max(MARGIN + HEADING, ...[...boxes.values()].map(({ y }) => y + BOX_HEIGHT / 2));
  return { width: x - COLUMN_GAP + MARGIN, height: bottom + MARGIN, columns: placedColumns, boxes };
}

function widthOf({ label, detail }: GraphNode): number {
  const letters = Math.max(shortened(label).length * LABEL_LETTER, shortened(detail).length * DETAIL_LETTER);
  return Math.ceil(letters) + 2 * PADDING;
}

/** A text as it is shown in a box. */
export function shortened(text: string): string {
  return text.length > MAX_LETTERS ? `${text.slice(0, MAX_LETTERS - 1)}…` : text;
}

/** The columns, each sorted again and again by where its neighbours are (the barycentre method of Sugiyama's layout). */
function ordered({ nodes, edges }: Graph): readonly (readonly GraphNode[])[] {
  let columns = NODE_KINDS.map((kind) => nodes.filter((node) => node.kind === kind));
  const neighbours = neighboursOf(edges);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const rank = new Map(
      columns.flatMap((column) => column.map((node, index) => [node.id, index / column.length] as const)),
    );
    const mean = (node: GraphNode): number => meanOf(neighbours.get(node.id) ?? [], rank) ?? rank.get(node.id) ?? 0;
    // Alternately from the left and from the right: columns that moved at once would chase each other.
    const moves = sweep % 2;
    columns = columns.map((column, index) =>
      index % 2 === moves ? column.toSorted((a, b) => mean(a) - mean(b)) : column,
    );
  }
  return columns;
}

/** The middle of each box from the top, near the mean of its neighbours and a row from the next box of its column. */
function placed(columns: readonly (readonly GraphNode[])[], edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const neighbours = neighboursOf(edges);
  const middles = new Map(columns.flatMap((column) => column.map((node, index) => [node.id, index * ROW] as const)));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const column of columns) {
      const wanted = column.map(({ id }) => meanOf(neighbours.get(id) ?? [], middles) ?? middles.get(id) ?? 0);
      for (const [index, y] of spread(wanted).entries()) middles.set(column[index]?.id ?? '', y);
    }
  }
  const top = Math.min(0, ...middles.values());
  return new Map([...middles].map(([id, y]) => [id, y - top]));
}

/** The nearest places to the wanted ones that are a row apart: boxes that are pushed together move as one. */
function spread(wanted: readonly number[]): readonly number[] {
  const groups: { sum: number; size: number }[] = [];
  for (const [index, y] of wanted.entries()) {
    // In a group every member wants the place of the group's first one, less its distance from there.
    let group = { sum: y - index * ROW, size: 1 };
    for (let last = groups.at(-1); last && last.sum / last.size > group.sum / group.size; last = groups.at(-1)) {
      group = { sum: last.sum + group.sum, size: last.size + group.size };
      groups.pop();
    }
    groups.push(group);
  }
  const starts = groups.flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size));
  return starts.map((start, index) => start + index * ROW);
}

function neighboursOf(edges: readonly GraphEdge[]): ReadonlyMap<string, readonly string[]> {
  const all = edges.flatMap(
    ({ from, to }) =>
      [
        [from, to],
        [to, from],
      ] as const,
  );
  return new Map([...Map.groupBy(all, ([from]) => from)].map(([id, pairs]) => [id, pairs.map(([, to]) => to)]));
}

function meanOf(ids: readonly string[], values: ReadonlyMap<string, number>): number | undefined {
  return ids.length === 0 ? undefined : ids.reduce((sum, id) => sum + (values.get(id) ?? 0), 0) / ids.length;
}
