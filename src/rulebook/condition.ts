import type { Source, Span } from '../problem/problem.ts';
import { offsetIn, type ScalarNode } from '../yaml/yaml.ts';
import { splitReferences } from './interpolation.ts';

/** A condition as it is evaluated, and where it stands: `a == 1`, also where it was written as `${a == 1}`. */
export function conditionIn(source: Source, node: ScalarNode): { readonly expression: string; readonly at: Span } {
  const [only, ...others] = splitReferences(node.text.trim());
  const isReference = only?.kind === 'reference' && others.length === 0;
  const expression = isReference ? only.source : node.text;
  const start = offsetIn(source, node, isReference ? node.text.indexOf(expression) : 0);
  return { expression, at: { source, start, end: Math.min(start + expression.length, source.text.length) } };
}
