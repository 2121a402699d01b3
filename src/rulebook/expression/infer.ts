import type { ASTNode } from '@marcbachmann/cel-js';
import { inferAccess, inferName } from './infer-access.ts';
import { inferFunction, inferMethod } from './infer-call.ts';
import { inferChoice, inferComparison, inferIn, inferLogical, inferNot } from './infer-operator.ts';
import { inferArithmetic, inferList, inferLiteral, inferMap, inferMinus } from './infer-value.ts';
import { type Env, type Known, plain, silent } from './known.ts';
import { ANY } from './shape.ts';
import type { State } from './state.ts';

/**
 * What is known of an expression before anything runs: of which kind it is and between which bounds, which fields are present
 * where it holds, and whether it can hold at all. What is wrong with it is reported on the way. Points that are reached for
 * another type of event alone are passed over in silence.
 */
export function infer(node: ASTNode, env: Env, state: State): Known {
  const heard = state.reach === 'other-event' ? silent(env) : env;
  switch (node.op) {
    case 'value':
      return inferLiteral(node, heard, state);
    case 'id':
      return inferName(node, heard, state);
    case '.':
    case '[]':
      return inferAccess(node, heard, state);
    case 'call':
      return inferFunction(node, heard, state);
    case 'rcall':
      return inferMethod(node, heard, state);
    case 'list':
      return inferList(node, heard, state);
    case 'map':
      return inferMap(node, heard, state);
    case '?:':
      return inferChoice(node, heard, state);
    case '&&':
    case '||':
      return inferLogical(node, heard, state);
    case '!_':
      return inferNot(node, heard, state);
    case '-_':
      return inferMinus(node, heard, state);
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return inferComparison(node, heard, state);
    case 'in':
      return inferIn(node, heard, state);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return inferArithmetic(node, heard, state);
    case '.?':
    case '[?]':
      // The parser is told not to read these.
      return plain(ANY, state);
  }
}
