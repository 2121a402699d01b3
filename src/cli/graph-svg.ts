import { create } from 'xmlbuilder2';
import { xmlWords } from '../problem/xml-words.ts';
import { type Box, type Layout, layOut, shortened } from './graph-layout.ts';
import { type Graph, type GraphEdge, NODE_KINDS } from './graph-of.ts';

const HEADINGS = ['Events', 'Rules', 'Ops', 'Resources'];

/** Light, and dark where the page is; a viewer without media queries gets the light one. */
const STYLE = `
.page { fill: #ffffff } .heading { fill: #57606a; font-weight: 600 }
text { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 13px }
.label { fill: #1f2328 } .detail { fill: #57606a; font-size: 11px }
.edge { fill: none; stroke: #8c959f; stroke-width: 1.5 } .tip { fill: #8c959f }
.box { stroke-width: 1.5 }
.event .box { fill: #fdf0c8; stroke: #b98900 } .rule .box { fill: #dbe9ff; stroke: #2f6fd0 }
.op .box { fill: #ece4fb; stroke: #7a52c7 } .resource .box { fill: #d9f2e1; stroke: #2c8a50 }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117 } .heading, .detail { fill: #9198a1 } .label { fill: #f0f6fc }
.edge { stroke: #6e7681 } .tip { fill: #6e7681 }
.event .box { fill: #3d2e00 } .rule .box { fill: #0b2a5b } .op .box { fill: #2d1460 } .resource .box { fill: #0a3a1d }
}`;

/** A graph as an SVG image: a column for each kind, from the event on the left to the resource on the right. */
export function svg(graph: Graph): string {
  const layout = layOut(graph);
  const width = String(Math.ceil(layout.width));
  const height = String(Math.ceil(layout.height));
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('svg', {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
  });
  root.ele('title').txt('What happens when: events, rules, ops and resources');
  root.ele('style').txt(STYLE);
  const tip = {
    id: 'tip',
    viewBox: '0 0 8 8',
    refX: '8',
    refY: '4',
    markerWidth: '7',
    markerHeight: '7',
    orient: 'auto',
  };
  root.ele('defs').ele('marker', tip).ele('path', { class: 'tip', d: 'M0,0 L8,4 L0,8 Z' });
  root.ele('rect', { class: 'page', width: '100%', height: '100%' });
  for (const [index, { x }] of layout.columns.entries()) {
    root.ele('text', { class: 'heading', x: String(x), y: '40' }).txt(HEADINGS[index] ?? '');
  }
  for (const edge of graph.edges) {
    const d = wayOf(edge, layout);
    if (d !== undefined) root.ele('path', { class: 'edge', d, 'marker-end': 'url(#tip)' });
  }
  for (const box of layout.boxes.values()) draw(root, box);
  return root.end({ prettyPrint: true });
}

type Element = ReturnType<ReturnType<typeof create>['ele']>;

function draw(root: Element, { node, x, y, width, height }: Box): void {
  const group = root.ele('g', { class: node.kind });
  group.ele('title').txt(xmlWords([node.label, node.detail].filter((line) => line !== '').join('\n')));
  const rounding = node.kind === 'event' ? height / 2 : node.kind === 'resource' ? 10 : 4;
  group.ele('rect', {
    class: 'box',
    x: String(x),
    y: String(y - height / 2),
    width: String(width),
    height: String(height),
    rx: String(rounding),
  });
  const middle = String(x + width / 2);
  const text = (className: string, line: number, words: string): void => {
    const at = { class: className, x: middle, y: String(line), 'text-anchor': 'middle' };
    group.ele('text', at).txt(xmlWords(shortened(words)));
  };
  text('label', node.detail === '' ? y + 4.5 : y - 2, node.label);
  if (node.detail !== '') text('detail', y + 14, node.detail);
}

/** From the right side of one box to the left side of the next; within a column, around its right side. */
function wayOf({ from, to }: GraphEdge, { boxes }: Layout): string | undefined {
  const [start, end] = [boxes.get(from), boxes.get(to)];
  if (!start || !end) return undefined;
  const [x, y] = [start.x + start.width, start.y];
  if (NODE_KINDS.indexOf(start.node.kind) === NODE_KINDS.indexOf(end.node.kind)) {
    const [side, endY] = [end.x + end.width, start === end ? end.y + end.height / 4 : end.y];
    return `M${x},${y} C${x + 50},${y} ${side + 50},${endY} ${side},${endY}`;
  }
  const half = (end.x - x) / 2;
  return `M${x},${y} C${x + half},${y} ${end.x - half},${end.y} ${end.x},${end.y}`;
}
