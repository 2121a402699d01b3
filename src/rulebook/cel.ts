import { Environment } from '@marcbachmann/cel-js';

/** Far beyond what a person writes in a `when`; keeps a hostile rulebook from costing more than it weighs. */
const LIMITS = { maxAstNodes: 2_000, maxDepth: 50, maxListElements: 500, maxMapEntries: 500, maxCallArguments: 16 };

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

/**
 * CEL with the operators that JSON needs: its numbers are CEL doubles, while `3` in an expression is an int, and CEL alone
 * refuses `attempts == 3` and `attempts + 1`. `typed` knows only the variables that are registered, `untyped` takes all.
 */
export function newEnvironment(kind: 'typed' | 'untyped'): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: kind === 'untyped',
    homogeneousAggregateLiterals: false,
    limits: LIMITS,
  });
  environment.registerOperator('double == int: bool', (a: number, b: bigint) => a === Number(b));
  for (const [operator, apply] of Object.entries(ARITHMETIC)) {
    const handler = (a: number | bigint, b: number | bigint): number => apply(Number(a), Number(b));
    environment.registerOperator(`double ${operator} int: double`, handler);
    environment.registerOperator(`int ${operator} double: double`, handler);
  }
  return environment;
}
