/** The wording of everything that can be wrong with a file of scenarios. */
import { didYouMean, error, type Problem, type Span } from '../problem/problem.ts';
import type { Violation } from '../schema/schema.ts';

export function notAScenario(at: Span): Problem {
  return error('RB0104', 'a scenario is a map with `when` and `then`, or one with a list of `scenarios`', at);
}

export function unknownKey(key: string, known: readonly string[], at: Span): Problem {
  const meant = didYouMean(key, known);
  return error(
    'RB0102',
    `"${key}" is not known here`,
    at,
    meant ? `did you mean "${meant}"?` : `known here: ${known.join(', ')}`,
  );
}

export function missingKey(key: string, at: Span): Problem {
  return error('RB0103', `"${key}" is missing`, at);
}

export function besideScenarios(at: Span): Problem {
  return error('RB0102', 'beside `scenarios` stands nothing else', at, 'each scenario of the list has its own');
}

/** `allowed` are the words that may stand there, where only some may. */
export function wrongForm(
  name: string,
  { message, keyword }: Violation,
  words: string,
  allowed: readonly string[],
  at: Span,
): Problem {
  const code = keyword === 'format' && message.includes('E.164') ? 'RB0501' : 'RB0104';
  const meant = didYouMean(words, allowed);
  const what = keyword === 'minItems' ? 'is empty' : message;
  return error(code, `"${name}" ${what}`, at, meant && `did you mean "${meant}"?`);
}

export function nameTaken(name: string, at: Span): Problem {
  return error('RB0110', `another scenario of this file has the name "${name}"`, at);
}

export function notANumber(at: Span): Problem {
  return error('RB0501', 'this is no phone number in E.164 form, such as +34777666555', at);
}

export function notADuration(name: string, at: Span): Problem {
  return error('RB0117', `"${name}" is not a duration`, at, 'write 90s, 10m, 1h30m, 2d, or a number of seconds');
}

export function notOne(what: string, keys: readonly string[], at: Span): Problem {
  return error('RB0104', `${what} has exactly one of ${keys.join(', ')}`, at);
}

export function notBeside(key: string, owner: string, at: Span): Problem {
  return error('RB0102', `"${key}" has no meaning beside "${owner}"`, at);
}

export function needsBeside(key: string, owner: string, at: Span): Problem {
  return error('RB0103', `"${owner}" needs "${key}" beside it`, at);
}

export function unknownEventType(type: string, known: readonly string[], at: Span): Problem {
  const meant = didYouMean(type, known);
  const help = meant ? `did you mean "${meant}"?` : 'add its schema to schemas/event/';
  return error('RB0803', `no schema and no rule knows the event type "${type}"`, at, help);
}

export function dataOfWrongForm(place: string, reason: string, at: Span): Problem {
  return error('RB0802', `${place} ${reason}`, at);
}

export function unknownRule(rule: string, known: readonly string[], at: Span): Problem {
  const meant = didYouMean(rule, known);
  return error('RB0113', `there is no rule "${rule}"`, at, meant && `did you mean "${meant}"?`);
}
