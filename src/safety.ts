/** The settings that keep real people from being reached: read from `ringbook.yml`, then from the environment. */
import type { Config, Placed } from './config.ts';
import { isE164, maskNumber } from './message/message.ts';
import { type Net, noticeOf } from './message/net.ts';
import { error, type Problem, type Span } from './problem/problem.ts';
import { fillIn, hasReference, variablesOf } from './resource/environment.ts';

type Settings = Pick<Config, 'forceRecipient' | 'allowRecipients'>;
type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with them as they stand in the file, whatever the environment says. */
export function checkSafety({ forceRecipient, allowRecipients = [] }: Settings): readonly Problem[] {
  const whole = [forceRecipient ?? [], allowRecipients].flat().filter(({ text }) => hasReference(text));
  const strange = whole.filter(({ text }) => variablesOf(text) === undefined);
  return strange.length > 0
    ? strange.map(({ at }) => error('RB0701', 'a setting may only refer to the environment, as ${env.NAME}', at))
    : safetyProblems({ forceRecipient, allowRecipients }, undefined);
}

/** The net that a host sends over. Its problems stop the start: a net with a hole is none. */
export function safetyNet(
  { forceRecipient, allowRecipients }: Settings,
  environment: Environment,
): { readonly net: Net; readonly problems: readonly Problem[] } {
  const allowed = allowRecipients?.map(({ text }) => fillIn(text, environment).trim());
  const net = {
    ...(forceRecipient && { forced: fillIn(forceRecipient.text, environment).trim() }),
    ...(allowed && { allowed }),
  };
  return { net, problems: safetyProblems({ forceRecipient, allowRecipients }, environment) };
}

/** The one line that every page and list begins with; undefined where sends go where they say. */
export function safetyNotice(settings: Settings, environment: Environment): string | undefined {
  const { net, problems } = safetyNet(settings, environment);
  // A list that is read where the number is not known still has to say that there is one.
  if (problems.length === 0) return noticeOf(net);
  return settings.forceRecipient
    ? `all sends go to ${settings.forceRecipient.text} (force_recipient)`
    : 'only some numbers may be reached (allow_recipients)';
}

/** Without an environment, what refers to it is passed over. */
function safetyProblems(
  { forceRecipient, allowRecipients = [] }: { [Name in keyof Settings]: Settings[Name] | undefined },
  environment: Environment | undefined,
): readonly Problem[] {
  const read = (name: string, isRight: (text: string) => boolean, why: (text: string) => string) => (one: Placed) => {
    if (hasReference(one.text) && !environment) return [];
    const unset = (variablesOf(one.text) ?? []).filter((variable) => !environment?.[variable]);
    if (unset.length > 0) return unset.map((variable) => notSet(variable, name, one.at));
    const text = fillIn(one.text, environment ?? {}).trim();
    return isRight(text) ? [] : [error('RB0501', `the setting "${name}" ${why(text)}`, one.at, HELP)];
  };
  const found = [
    ...[forceRecipient ?? []].flat().flatMap(read('force_recipient', isE164, notANumber)),
    ...allowRecipients.flatMap(read('allow_recipients', isBeginning, notABeginning)),
  ];
  return found.length > 0 ? found : contradiction(forceRecipient, allowRecipients, environment);
}

const HELP = 'write it as the whole world dials it, in quotes: "+12025550123"';

function notSet(variable: string, name: string, at: Span): Problem {
  const message = `Setting ${name} must be specified: the environment variable ${variable} is not set`;
  return error('RB0306', message, at, `set it before the start: export ${variable}=...`);
}

/** A plus and the first digits at least: fewer would let the whole world in. */
function isBeginning(text: string): boolean {
  return /^\+[1-9]\d{0,14}$/.test(text);
}

function notANumber(text: string): string {
  return `must be a phone number in E.164 form: ${shown(text)} is none`;
}

function notABeginning(text: string): string {
  return `must have phone numbers in E.164 form, or what they begin with: ${shown(text)} is neither`;
}

/** What may be a number is not shown in full. */
function shown(text: string): string {
  return JSON.stringify(/\d{7}/.test(text) ? maskNumber(text) : text);
}

/** The one number that everything goes to has to be among those that may be reached. */
function contradiction(
  forced: Placed | undefined,
  allowed: readonly Placed[],
  environment: Environment | undefined,
): readonly Problem[] {
  if (!forced || allowed.length === 0) return [];
  if (!environment && [forced, ...allowed].some(({ text }) => hasReference(text))) return [];
  const read = ({ text }: Placed): string => fillIn(text, environment ?? {}).trim();
  if (allowed.some((start) => read(forced).startsWith(read(start)))) return [];
  const message = `all sends go to ${maskNumber(read(forced))}, which is not among \`allow_recipients\`: nothing could be sent`;
  return [error('RB0701', message, forced.at, 'add it to `allow_recipients`')];
}
