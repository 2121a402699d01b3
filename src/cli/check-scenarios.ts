import type { Project } from '../project.ts';
import { readScenarios } from '../scenario/read.ts';
import type { ScenarioContext } from '../scenario/scenario.ts';

/** The project, with what is wrong in its scenarios among its problems; `isWhole` where no rulebook of it was left out. */
export function withScenarios(project: Project, isWhole: boolean): Project {
  const { ruleNames, ...context } = contextOf(project);
  const known = isWhole ? { ...context, ruleNames } : context;
  const found = project.scenarioFiles.flatMap((source) => readScenarios(source, known).problems);
  return { ...project, problems: [...project.problems, ...found] };
}

/** What the scenarios of a whole project are checked against. */
export function contextOf({ eventTypes, plan }: Project): Required<ScenarioContext> {
  return {
    validators: new Map([...eventTypes].map(([type, { validate }]) => [type, validate])),
    ruleTypes: new Set(plan.rules.flatMap(({ on }) => on)),
    ruleNames: plan.rules.map(({ name }) => name),
  };
}
