import { type ASTNode, EvaluationError } from '@marcbachmann/cel-js';
import { newEnvironment, runnable } from '../cel.ts';

let environment: ReturnType<typeof newEnvironment> | undefined;

/** Why a call of nothing but literals fails, found by making it; undefined where it does not, or depends on anything else. */
export function constantFailure(node: ASTNode & { op: 'call' | 'rcall' }): string | undefined {
  const values = node.op === 'call' ? node.args[1] : [node.args[1], ...node.args[2]];
  if (!values.every((value) => value.op === 'value')) return undefined;
  environment ??= newEnvironment();
  try {
    environment.evaluate(runnable(node));
    return undefined;
  } catch (failure) {
    return failure instanceof EvaluationError ? failure.summary : undefined;
  }
}
