import { type Graph, NODE_KINDS, type NodeKind } from './graph-of.ts';

/** The shape of each kind, as Mermaid writes it: round, box, subroutine, cylinder. */
const SHAPES: Readonly<Record<NodeKind, readonly [string, string]>> = {
  event: ['([', '])'],
  rule: ['[', ']'],
  op: ['[[', ']]'],
  resource: ['[(', ')]'],
};

/** Colours that can be read on a light and on a dark page. */
const STYLES: Readonly<Record<NodeKind, string>> = {
  event: 'fill:#fdf0c8,stroke:#b98900,color:#3d2e00',
  rule: 'fill:#dbe9ff,stroke:#2f6fd0,color:#0b2a5b',
  op: 'fill:#ece4fb,stroke:#7a52c7,color:#2d1460',
  resource: 'fill:#d9f2e1,stroke:#2c8a50,color:#0a3a1d',
};

/** A graph as a Mermaid flowchart: GitHub draws it in a block of ```mermaid. */
export function mermaid({ nodes, edges }: Graph): string {
  const shown = nodes.map(({ id, kind, label }) => {
    const [open, close] = SHAPES[kind];
    return `  ${id}${open}"${escaped(label)}"${close}:::${kind}`;
  });
  return [
    'flowchart LR',
    ...shown,
    ...edges.map(({ from, to }) => `  ${from} --> ${to}`),
    ...NODE_KINDS.map((kind) => `  classDef ${kind} ${STYLES[kind]}`),
  ].join('\n');
}

/** Mermaid's entity codes for whatever it, or the Markdown and HTML in its labels, could take for its own. */
function escaped(label: string): string {
  return label.replaceAll(/[^\p{L}\p{N}_ ./,:=()+-]/gu, (letter) => `#${letter.codePointAt(0)};`);
}
