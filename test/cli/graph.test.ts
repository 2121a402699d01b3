import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { layOut } from '../../src/cli/graph-layout.ts';
import { mermaid } from '../../src/cli/graph-mermaid.ts';
import { type Graph, type GraphNode, graphOf } from '../../src/cli/graph-of.ts';
import { svg } from '../../src/cli/graph-svg.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import type { Plan, Step } from '../../src/rulebook/rulebook.ts';
import { openChromium } from '../browser/chromium.ts';
import { repository, ringbook } from './ringbook.ts';

const registry = newRegistry(builtIn);
const project = loadProject(repository, registry);

/** A plan of one rule with these steps, in a project with the resources of the examples. */
function graphOfSteps(steps: readonly Step[], defs: Plan['defs'] = {}): Graph {
  const rule = { name: 'r', place: 'r.yml:1', on: ['e'], vars: {}, steps };
  return graphOf({ ...project, plan: { hash: '', rules: [rule], defs, templates: {} } }, registry);
}

function send(resource: string): Step {
  return { kind: 'op', op: 'sms_send', place: 'r.yml:2', args: { resource: { kind: 'literal', value: resource } } };
}

/** Every edge with the labels of its ends. */
function told({ nodes, edges }: Graph): readonly string[] {
  const label = (id: string): string | undefined => nodes.find((node) => node.id === id)?.label;
  return edges.map(({ from, to }) => `${label(from)} > ${label(to)}`);
}

describe('the graph of a project', () => {
  test('leads from events over rules and ops to resources', () => {
    expect(told(graphOf(project, registry))).toEqual(
      expect.arrayContaining([
        'new-user > new-user',
        'new-user > twilio_call',
        'twilio_call > twilio_resource',
        'failed-job/text > log',
      ]),
    );
  });

  test('finds ops wherever they stand in a rule', () => {
    const place = 'r.yml:1';
    const condition = 'true';
    const list = { kind: 'literal', value: [] } as const;
    const graph = graphOfSteps([
      { kind: 'if', place, branches: [{ condition, steps: [send('if')] }], otherwise: [send('else')] },
      { kind: 'foreach', place, variable: 'it', in: list, steps: [{ kind: 'do', place, steps: [send('foreach')] }] },
      { kind: 'while', place, condition, max: 1, steps: [send('while')] },
      { kind: 'try', place, steps: [send('try')], caught: [send('catch')] },
      { kind: 'parallel', place, branches: [[send('parallel')]] },
    ]);
    const resources = graph.nodes.filter(({ kind }) => kind === 'resource').map(({ label }) => label);
    expect(resources).toEqual(['if', 'else', 'foreach', 'while', 'try', 'catch', 'parallel']);
  });

  test('goes through a def that calls itself, once', () => {
    const call: Step = { kind: 'def', place: 'r.yml:1', def: 'r.yml#ring', args: {} };
    const defs = { 'r.yml#ring': { parameters: [], vars: {}, steps: [send('desk'), call] } };
    expect(told(graphOfSteps([call], defs))).toEqual(['e > r', 'r > sms_send', 'sms_send > desk']);
  });

  test('joins a rule to the rule that it calls', () => {
    expect(told(graphOfSteps([{ kind: 'call', place: 'r.yml:2', rule: 'r' }]))).toContain('r > r');
  });

  test('has an op twice that is used with two resources, so that each way can be followed', () => {
    expect(graphOfSteps([send('a'), send('b')]).nodes.filter(({ kind }) => kind === 'op')).toHaveLength(2);
  });
});

const HOSTILE = ['a"b', '</text><script>alert(1)</script>', 'end', '`c` & #35; &amp; ]]>', '${vars.desk}', '日本'];
const hostile: Graph = {
  nodes: HOSTILE.map((label, index): GraphNode => ({ id: `rule${index}`, kind: 'rule', label, detail: label })),
  edges: [{ from: 'rule0', to: 'rule1' }],
};

describe('mermaid', () => {
  test('is the text of its golden file', async () => {
    const graph = graphOfSteps([send('desk'), send('phone'), { kind: 'call', place: 'r.yml:4', rule: 'r' }]);
    await expect(`${mermaid(graph)}\n`).toMatchFileSnapshot('golden/graph.mmd');
  });

  test('leaves nothing in a label that Mermaid, Markdown or HTML would read', () => {
    const labels = [...mermaid(hostile).matchAll(/^ {2}rule\d\["(.*)"\]:::rule$/gm)].map((match) => match[1] ?? '');
    expect(labels).toHaveLength(HOSTILE.length);
    for (const label of labels) expect(label.replaceAll(/#\d+;/g, '')).not.toMatch(/["<>`*[\]{}#&|]/);
  });
});

describe('svg', () => {
  test('is well-formed, and shows every label as it is', () => {
    const words: string[] = [];
    const parser = new SaxesParser();
    parser.on('error', (failure) => {
      throw failure;
    });
    parser.on('text', (text) => words.push(text));
    parser.write(svg(hostile)).close();
    for (const label of HOSTILE) expect(words).toContain(label);
  });

  test('has no two boxes that overlap, and no text that leaves its box, in a browser', async () => {
    const browser = await openChromium();
    try {
      const page = await browser.newPage();
      await page.setContent(svg(graphOf(project, registry)).replace(/^<\?xml.*\?>/, ''));
      // Plain JavaScript: it runs in the page, whose types the test does not have.
      const overlaps = await page.evaluate<number>(`(() => {
        const boxes = [...document.querySelectorAll('.box')].map((box) => box.getBoundingClientRect());
        const inside = (text, box) => text.left >= box.left && text.right <= box.right && text.top >= box.top && text.bottom <= box.bottom;
        const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        const pairs = boxes.flatMap((a, index) => boxes.slice(index + 1).map((b) => [a, b]));
        const texts = [...document.querySelectorAll('g')].flatMap((group) =>
          [...group.querySelectorAll('text')].map((text) => [text.getBoundingClientRect(), group.querySelector('.box').getBoundingClientRect()]));
        return pairs.filter(([a, b]) => !apart(a, b)).length + texts.filter(([text, box]) => !inside(text, box)).length;
      })()`);
      expect(overlaps).toBe(0);
    } finally {
      await browser.close();
    }
  });

  test('of a thousand rules is laid out, each box a row from the next', () => {
    const nodes = Array.from({ length: 1000 }, (_, index) => [
      { id: `e${index}`, kind: 'event', label: `e${index % 100}`, detail: '' } as const,
      { id: `r${index}`, kind: 'rule', label: `r${index}`, detail: '' } as const,
    ]).flat();
    const edges = Array.from({ length: 1000 }, (_, index) => ({ from: `e${(index * 7) % 1000}`, to: `r${index}` }));
    const { boxes } = layOut({ nodes, edges });
    const rules = [...boxes.values()].filter(({ node }) => node.kind === 'rule').map(({ y }) => y);
    const sorted = rules.toSorted((a, b) => a - b);
    const steps = sorted.slice(1).map((y, index) => y - (sorted[index] ?? 0));
    expect(Math.min(...steps)).toBeGreaterThan(59);
  });
});

describe('ringbook graph', () => {
  test('prints Mermaid, SVG or JSON', async () => {
    expect((await ringbook(['graph']).ended).out).toMatch(/^flowchart LR\n/);
    expect((await ringbook(['graph', '--format', 'svg']).ended).out).toMatch(/^<\?xml [^>]*\?>\n<svg /);
    const { nodes } = JSON.parse((await ringbook(['graph', 'rulebooks/job.yml', '--json']).ended).out) as Graph;
    expect(nodes.map(({ label }) => label)).toEqual(['job.start', 'job', 'twilio_call', 'twilio_resource']);
  });

  test('knows no other format', async () => {
    const { code, err } = await ringbook(['graph', '--format', 'png']).ended;
    expect(code).toBe(2);
    expect(err).toContain('--format takes mermaid, svg, json, and not "png"');
  });
});
