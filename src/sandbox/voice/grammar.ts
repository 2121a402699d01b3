import { type Rule, verbNamed } from '../../plugins/twilio/twilio.ts';
import type { Element } from './document.ts';

/** Something in a script that Twilio warns of, ignores, and goes on. */
export interface Warning {
  readonly errorCode: number;
  readonly text: string;
}

/** More of them says no more. */
const WARNING_LIMIT = 20;

/** What of a script is no TwiML, in the order of the script. */
export function warningsOf(root: Element): readonly Warning[] {
  const warnings: Warning[] = [];
  for (const verb of root.children) {
    if (warnings.length >= WARNING_LIMIT) break;
    if (!isInside(verb, root)) {
      warnings.push({ errorCode: 12200, text: `<${verb.name}> is no verb` });
      continue;
    }
    warnings.push(...attributeWarnings(verb, verb.name));
    for (const noun of verb.children) {
      if (isInside(noun, verb)) warnings.push(...attributeWarnings(noun, nounKey(verb, noun)));
      else
        warnings.push({ errorCode: NESTED[verb.name] ?? 12200, text: `<${noun.name}> cannot stand in <${verb.name}>` });
    }
  }
  return warnings.slice(0, WARNING_LIMIT);
}

/** Whether an element may stand in another. */
export function isInside(element: Element, parent: Element): boolean {
  return element.name !== 'Response' && verbNamed(parent.name)?.inside.includes(element.name) === true;
}

function nounKey(verb: Element, noun: Element): string {
  return verb.name === 'Gather' ? `Gather ${noun.name}` : noun.name;
}

function attributeWarnings(element: Element, key: string): readonly Warning[] {
  const rules = verbNamed(element.name)?.attributes ?? {};
  return [...element.attributes].flatMap(([name, value]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) return [{ errorCode: 12200, text: `<${element.name}> has no attribute ${name}` }];
    if (isMet(rule, value) && (name !== 'finishOnKey' || /^[0-9#*]*$/.test(value))) return [];
    return [
      {
        errorCode: VALUES[`${key} ${name}`] ?? 12200,
        text: `${name} of <${element.name}> has a value that is not allowed`,
      },
    ];
  });
}

function isMet(rule: Rule, value: string): boolean {
  if (rule === 'any') return true;
  if (rule === 'whole') return /^\d+$/.test(value);
  if (rule === 'boolean') return value === 'true' || value === 'false';
  if ('oneOf' in rule) return rule.oneOf.includes(value);
  return value.split(' ').every((one) => rule.someOf.includes(one));
}

/** Twilio's codes where it has one of its own: https://www.twilio.com/docs/api/errors. */
const NESTED: Readonly<Record<string, number>> = { Dial: 13215, Gather: 13320 };
const VALUES: Readonly<Record<string, number>> = {
  'Conference beep': 13235,
  'Conference endConferenceOnExit': 13231,
  'Conference muted': 13230,
  'Conference startConferenceOnEnter': 13232,
  'Conference waitMethod': 13234,
  'Dial hangupOnStar': 13213,
  'Dial method': 13210,
  'Dial record': 13217,
  'Dial ringTone': 13220,
  'Dial timeLimit': 13216,
  'Dial timeout': 13212,
  'Gather Say loop': 13322,
  'Gather actionOnEmptyResult': 13338,
  'Gather finishOnKey': 13310,
  'Gather method': 13312,
  'Gather numDigits': 13314,
  'Gather timeout': 13313,
  'Number method': 13221,
  'Pause length': 13910,
  'Play loop': 13410,
  'Record finishOnKey': 13613,
  'Record maxLength': 13612,
  'Record method': 13610,
  'Record playBeep': 13616,
  'Record timeout': 13611,
  'Record transcribe': 13614,
  'Redirect method': 13710,
  'Say loop': 13510,
  'Sms method': 14104,
};
