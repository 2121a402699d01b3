import type { Problem, Span } from '../../problem/problem.ts';
import type { Callees, LinkedRulebook } from '../link.ts';
import * as problems from '../problems.ts';
import type { StepSyntax } from '../step-syntax.ts';

/** Calls of rules and defs that lead back to where they began, each circle told once, at the call that closes it. */
export function circlesOf(rulebooks: Iterable<LinkedRulebook>, callees: Callees): readonly Problem[] {
  const found: Problem[] = [];
  const done = new Set<readonly StepSyntax[]>();
  const visit = (steps: readonly StepSyntax[], rulebook: LinkedRulebook, way: readonly Visited[]): void => {
    if (done.has(steps)) return;
    done.add(steps);
    for (const call of callsIn(steps)) {
      const target = targetOf(call.name, rulebook, callees);
      if (!target) continue;
      const start = way.findIndex((visited) => visited.steps === target.steps);
      if (start === -1) visit(target.steps, target.rulebook, [...way, target]);
      else
        found.push(
          problems.leadsBack(
            [...way.slice(start), target].map(({ name }) => name),
            call.at,
          ),
        );
    }
  };
  for (const rulebook of rulebooks) {
    for (const rule of rulebook.syntax.rules)
      visit(rule.steps, rulebook, [{ name: rule.name, steps: rule.steps, rulebook }]);
    for (const def of rulebook.syntax.defs)
      visit(def.steps, rulebook, [{ name: def.name, steps: def.steps, rulebook }]);
  }
  return found;
}

interface Visited {
  readonly name: string;
  readonly steps: readonly StepSyntax[];
  readonly rulebook: LinkedRulebook;
}

function targetOf(name: string, rulebook: LinkedRulebook, callees: Callees): Visited | undefined {
  const def = rulebook.defs.get(name);
  if (def) return { name, steps: def.syntax.steps, rulebook };
  const callee = callees.find(name, rulebook.syntax);
  return callee && { name: callee.rule.name, steps: callee.rule.steps, rulebook: callee.rulebook };
}

function callsIn(steps: readonly StepSyntax[]): readonly { readonly name: string; readonly at: Span }[] {
  return steps.flatMap((step) => {
    if (step.kind === 'op') return [{ name: step.op, at: step.at }];
    if (step.kind === 'call') return [{ name: step.target.text, at: step.at }];
    return blocksOf(step).flatMap(callsIn);
  });
}

/** The blocks inside of a step. */
function blocksOf(step: StepSyntax): readonly (readonly StepSyntax[])[] {
  switch (step.kind) {
    case 'if':
      return [...step.branches.map((branch) => branch.steps), step.otherwise];
    case 'try':
      return [step.steps, step.caught];
    case 'parallel':
      return step.branches;
    case 'foreach':
    case 'while':
    case 'do':
      return [step.steps];
    default:
      return [];
  }
}
