/** The wording of everything that can be wrong with a resource. */
import { didYouMean, error, type Problem, type Span } from '../problem/problem.ts';
import type { Violation } from '../schema/schema.ts';
import type { Node } from '../yaml/yaml.ts';

export function notAResource(at: Span): Problem {
  return error('RB0304', 'a resource is a map with "class" and the settings of that class', at);
}

export function unknownClass(name: string, known: readonly string[], at: Span): Problem {
  const meant = didYouMean(name, known);
  return error(
    'RB0303',
    `there is no resource class "${name}"`,
    at,
    meant ? `did you mean "${meant}"?` : `the classes are ${known.join(', ')}`,
  );
}

export function settingMissing(mid: string, className: string, setting: string, at: Span): Problem {
  return error('RB0304', `resource "${mid}" of class ${className} needs the setting "${setting}"`, at);
}

export function settingBlank(mid: string, setting: string, at: Span): Problem {
  return error('RB0304', `the setting "${setting}" of resource "${mid}" is blank`, at);
}

export function unknownSetting(className: string, setting: string, known: readonly string[], at: Span): Problem {
  const meant = didYouMean(setting, known);
  return error(
    'RB0102',
    `"${setting}" is not a setting of class ${className}`,
    at,
    meant ? `did you mean "${meant}"?` : `its settings are ${known.join(', ')}`,
  );
}

export function settingOfWrongForm(setting: string, violation: Violation, node: Node, at: Span): Problem {
  const code = violation.message.includes('E.164') ? 'RB0501' : 'RB0304';
  const unquoted = node.kind === 'scalar' && typeof node.value === 'number' && violation.keyword === 'type';
  return error(
    code,
    `the setting "${setting}" ${violation.message}`,
    at,
    unquoted ? 'YAML reads this as a number: put it in quotes' : undefined,
  );
}

export function unknownReference(setting: string, at: Span): Problem {
  return error('RB0304', `the setting "${setting}" may only refer to the environment, as \${env.NAME}`, at);
}

export function midTaken(mid: string, first: string, at: Span): Problem {
  return error('RB0305', `the resource id "${mid}" is taken by ${first}`, at, 'a "mid" is unique in its project');
}

export function environmentNotSet(variable: string, setting: string, mid: string, at: Span): Problem {
  return error(
    'RB0306',
    `the environment variable ${variable} is not set, and the setting "${setting}" of resource "${mid}" needs it`,
    at,
    `set it before the start: export ${variable}=...`,
  );
}

export function unknownTemplate(name: string, known: readonly string[], at: Span): Problem {
  const meant = didYouMean(name, known);
  return error(
    'RB0401',
    `there is no template "${name}"`,
    at,
    meant ? `did you mean "${meant}"?` : `write it in resources/templates/${name}`,
  );
}
