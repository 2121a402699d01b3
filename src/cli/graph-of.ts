import type { Registry } from '../plugin/plugin.ts';
import type { Project } from '../project.ts';
import type { OpStep, Plan, Rule, Step, Value } from '../rulebook/rulebook.ts';
import { inWords, propertiesOf } from '../schema/schema.ts';

/** What a project does, as a picture has it: every event leads to its rules, a rule to its ops, an op to its resources. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** `detail` is what stands below the label: where a rule is written, the class of a resource. */
export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly label: string;
  readonly detail: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
}

/** In the order of the way that an event goes. */
export const NODE_KINDS = ['event', 'rule', 'op', 'resource'] as const;

export type NodeKind = (typeof NODE_KINDS)[number];

/** Draws up the graph of a project's plan. An op is one node for each set of resources that it is used with. */
export function graphOf({ plan, resources }: Project, registry: Registry): Graph {
  const drawing = new Drawing();
  for (const rule of plan.rules) {
    const from = drawing.node('rule', rule.name, rule.place);
    for (const type of rule.on) drawing.edge(drawing.node('event', type, ''), from);
    for (const step of stepsOf(rule, plan)) {
      if (step.kind === 'call') {
        const called = plan.rules.find(({ name }) => name === step.rule);
        if (called) drawing.edge(from, drawing.node('rule', called.name, called.place));
      }
      if (step.kind !== 'op') continue;
      const used = resourcesOf(step, registry);
      const op = drawing.node('op', step.op, '', used.join(' '));
      drawing.edge(from, op);
      for (const mid of used) drawing.edge(op, drawing.node('resource', mid, resources.get(mid)?.class ?? ''));
    }
  }
  return drawing.graph();
}

class Drawing {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #edges = new Map<string, GraphEdge>();

  /** The node of this kind and label, made when it is first named; `variant` tells nodes of one label apart. */
  node(kind: NodeKind, label: string, detail: string, variant = ''): string {
    const key = `${kind} ${label} ${variant}`;
    const node = this.#nodes.get(key) ?? { id: `${kind}${this.#count(kind) + 1}`, kind, label, detail };
    this.#nodes.set(key, node);
    return node.id;
  }

  edge(from: string, to: string): void {
    this.#edges.set(`${from} ${to}`, { from, to });
  }

  graph(): Graph {
    const nodes = NODE_KINDS.flatMap((kind) => [...this.#nodes.values()].filter((node) => node.kind === kind));
    return { nodes, edges: [...this.#edges.values()] };
  }

  #count(kind: NodeKind): number {
    return [...this.#nodes.values()].filter((node) => node.kind === kind).length;
  }
}

/** All steps of a rule, wherever they stand, with those of the defs that it uses. */
function stepsOf(rule: Rule, plan: Plan): readonly Step[] {
  const found: Step[] = [];
  const seen = new Set<string>();
  const visit = (steps: readonly Step[]): void => {
    for (const step of steps) {
      found.push(step);
      visit(stepsIn(step));
      if (step.kind !== 'def' || seen.has(step.def)) continue;
      seen.add(step.def);
      visit(plan.defs[step.def]?.steps ?? []);
    }
  };
  visit(rule.steps);
  return found;
}

/** The steps that stand in a step. */
function stepsIn(step: Step): readonly Step[] {
  switch (step.kind) {
    case 'if':
      return [...step.branches.flatMap((branch) => branch.steps), ...step.otherwise];
    case 'foreach':
    case 'while':
    case 'do':
      return step.steps;
    case 'try':
      return [...step.steps, ...step.caught];
    case 'parallel':
      return step.branches.flat();
    case 'op':
    case 'def':
    case 'call':
    case 'set':
    case 'wait':
    case 'return':
    case 'fail':
      return [];
  }
}

/** The resources that an op names; one that is chosen at run time goes by its expression. */
function resourcesOf(step: OpStep, registry: Registry): readonly string[] {
  const schemas = propertiesOf(registry.op(step.op)?.args);
  return Object.entries(step.args)
    .filter(([name]) => schemas[name]?.['resource'] !== undefined)
    .map(([, value]) => asWritten(value))
    .toSorted();
}

function asWritten(value: Value): string {
  if (value.kind === 'literal') return inWords(value.value);
  if (value.kind === 'expression') return `\${${value.source}}`;
  if (value.kind !== 'text') return '?';
  return value.parts.map((part) => (typeof part === 'string' ? part : `\${${part.source}}`)).join('');
}
