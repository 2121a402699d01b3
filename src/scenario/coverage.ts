import type { Plan, Step } from '../rulebook/rulebook.ts';

/** What scenarios have reached of a plan. */
export interface Reached {
  /** A step of a plan is come to, or goes one of its ways: what `observe` of a host is given. */
  observe(plan: Plan, step: Step, way?: number): void;
  /** A rule was fired by an event, or its `when` did not hold for one. */
  fired(rule: string): void;
  passedOver(rule: string): void;
  report(): Coverage;
}

/** How much of the rules, their steps and their branches was reached. */
export interface Coverage {
  readonly rules: Count;
  readonly steps: Count;
  readonly branches: Count;
  /** Of all three together, in percent, rounded down to one place: 100 only where nothing is left. */
  readonly percent: number;
  /** In the order of the rulebooks. */
  readonly missed: readonly Missed[];
}

export interface Count {
  readonly reached: number;
  readonly all: number;
}

/** Something that no scenario reached. */
export interface Missed {
  readonly kind: 'rule' | 'step' | 'branch';
  /** The rule, or the name of the def. */
  readonly of: string;
  /** `file:line`. */
  readonly place: string;
  /** `twilio_call`, `"else" of if`. */
  readonly what: string;
}

/** Something that can be reached, under a key that is the same for the same plan. */
interface Goal extends Missed {
  readonly key: string;
}

/** Collects what is reached of `plan`. A plan that comes back from a journal is another object with the same steps. */
export function newReached(plan: Plan): Reached {
  const goals = goalsOf(plan);
  const reached = new Set<string>();
  const keys = new WeakMap<Plan, ReadonlyMap<Step, string>>();
  return {
    observe(of, step, way) {
      let known = keys.get(of);
      if (!known) {
        known = new Map(stepsOf(of).map(({ step: one, key }) => [one, key]));
        keys.set(of, known);
      }
      const key = known.get(step);
      if (key !== undefined) reached.add(way === undefined ? key : wayKey(key, way));
    },
    fired(rule) {
      reached.add(ruleKey(rule));
      reached.add(whenKey(rule, true));
    },
    passedOver: (rule) => void reached.add(whenKey(rule, false)),
    report: () => reportOn(goals, reached),
  };
}

function reportOn(goals: readonly Goal[], reached: ReadonlySet<string>): Coverage {
  const count = (kind: Missed['kind']): Count => {
    const all = goals.filter((goal) => goal.kind === kind);
    return { reached: all.filter(({ key }) => reached.has(key)).length, all: all.length };
  };
  const hit = goals.filter(({ key }) => reached.has(key)).length;
  return {
    rules: count('rule'),
    steps: count('step'),
    branches: count('branch'),
    percent: goals.length === 0 ? 100 : Math.floor((hit / goals.length) * 1000) / 10,
    missed: goals
      .filter(({ key }) => !reached.has(key))
      .map(({ kind, of, place, what }) => ({ kind, of, place, what })),
  };
}

function ruleKey(rule: string): string {
  return `rule ${rule}`;
}

function whenKey(rule: string, holds: boolean): string {
  return `rule ${rule} when ${holds}`;
}

function wayKey(step: string, way: number): string {
  return `${step} way ${way}`;
}

function goalsOf(plan: Plan): readonly Goal[] {
  const steps = Map.groupBy(stepsOf(plan), ({ owner }) => owner);
  const inside = (owner: string, of: string): readonly Goal[] =>
    (steps.get(owner) ?? []).flatMap(({ step, key }) => goalsOfStep(step, key, of));
  return [
    ...plan.rules.flatMap(({ name, place, when, on }) => [
      ...(on.length > 0 ? [{ kind: 'rule' as const, key: ruleKey(name), of: name, place, what: 'the rule' }] : []),
      ...(when === undefined || on.length === 0
        ? []
        : [true, false].map((holds) => ({
            kind: 'branch' as const,
            key: whenKey(name, holds),
            of: name,
            place,
            what: holds ? '"when" holds' : '"when" does not hold',
          }))),
      ...inside(ruleKey(name), name),
    ]),
    ...Object.keys(plan.defs).flatMap((def) => inside(`def ${def}`, def)),
  ];
}

function goalsOfStep(step: Step, key: string, of: string): readonly Goal[] {
  const { place } = step;
  const way = (number: number, what: string): Goal => ({ kind: 'branch', key: wayKey(key, number), of, place, what });
  return [
    { kind: 'step', key, of, place, what: nameOf(step) },
    ...waysOf(step).map((what, number) => way(number, what)),
  ];
}

function nameOf(step: Step): string {
  if (step.kind === 'op') return step.op;
  return step.kind === 'def' ? step.def.replace(/^.*#/, '') : step.kind;
}

/** The ways of a step, in the order in which an observer counts them. */
function waysOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'if':
      return [
        ...step.branches.map(({ condition }, index) => `"${index === 0 ? 'if' : 'elsif'}" ${condition}`),
        step.otherwise.length > 0 ? '"else"' : 'no branch of "if"',
      ];
    case 'foreach':
    case 'while':
      return [`a round of "${step.kind}"`];
    case 'try':
      return ['"catch"'];
    default:
      return [];
  }
}

/** A step with a key of its own, and what it belongs to. */
interface Keyed {
  readonly step: Step;
  readonly key: string;
  readonly owner: string;
}

/** All steps of a plan, in order; a block stands behind the step that it belongs to. */
function stepsOf(plan: Plan): readonly Keyed[] {
  return [
    ...plan.rules.flatMap(({ name, steps }) => keyed(steps, ruleKey(name), ruleKey(name))),
    ...Object.entries(plan.defs).flatMap(([name, { steps }]) => keyed(steps, `def ${name}`, `def ${name}`)),
  ];
}

function keyed(steps: readonly Step[], path: string, owner: string): readonly Keyed[] {
  return steps.flatMap((step, index) => {
    const key = `${path}.${index}`;
    const inner = blocksOf(step).flatMap((block, number) => keyed(block, `${key}.${number}`, owner));
    return [{ step, key, owner }, ...inner];
  });
}

function blocksOf(step: Step): readonly (readonly Step[])[] {
  switch (step.kind) {
    case 'if':
      return [...step.branches.map(({ steps }) => steps), step.otherwise];
    case 'foreach':
    case 'while':
    case 'do':
      return [step.steps];
    case 'try':
      return [step.steps, step.caught];
    case 'parallel':
      return step.branches;
    default:
      return [];
  }
}
