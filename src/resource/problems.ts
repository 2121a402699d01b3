/** The wording of everything that can be wrong with a resource. */
import { didYouMean, error, type Problem, type Span } from '../problem/problem.ts';
import type { Violation } from '../schema/schema.ts';

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
  return error('RB0304', `Setting ${setting} must be specified: resource "${mid}" of class ${className} has none`, at);
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

export function settingOfWrongForm(setting: string, violation: Violation, at: Span): Problem {
  const code = violation.message.includes('E.164') ? 'RB0501' : 'RB0304';
  return error(code, `the setting "${setting}" ${violation.message}`, at);
}

export function secretInPlainText(setting: string, variable: string, at: Span): Problem {
  return error(
    'RB0307',
    `the setting "${setting}" is a secret, and stands here for everybody who can read the repository`,
    at,
    `take it back at the provider, and write ${setting}: \${env.${variable}}`,
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

export function countryNotAllowed(refusal: string, at: Span): Problem {
  return error('RB0502', refusal, at, 'allow its country in `allowedCountries`, or name another number');
}
