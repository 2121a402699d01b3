import type { OpArgument, OpCheck, OpUse } from '../../plugin/plugin.ts';
import { hasErrors, type Problem, type Source } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';
import { chooseScript, isGiven, usesResourceNumbers } from './call-options.ts';
import { checkSections } from './check-sections.ts';
import * as wording from './problems.ts';
import { checkLengths, type Entries } from './script-length.ts';
import { namesOf, readTemplate } from './template.ts';

/**
 * Finds what the schema of `twilio_call` cannot say. Looks only at what stands in the files; what an expression gives is
 * judged when the op runs. Problems inside of a template are the same for each use of it.
 */
export const checkTwilioCall: OpCheck = (use) => {
  const mid = use.args['twilio_resource'];
  const resource = typeof mid?.literal === 'string' ? use.resource(mid.literal) : undefined;
  return [...numberProblems(use, resource), ...scriptProblems(use, resource), ...detectionProblems(use)];
};

function numberProblems(use: OpUse, resource: ResourceFile | undefined): readonly Problem[] {
  const choice = use.args['default_number'];
  const fromResource = usesResourceNumbers(choice?.literal);
  if (fromResource === false) {
    const missing = ['twilio_number', 'destination_number'].filter((name) => !use.args[name]);
    return missing.length > 0 ? [use.missing(missing)] : [];
  }
  if (!fromResource || !choice || !resource) return [];
  return ['twilioNumber', 'destinationNumber']
    .filter((setting) => !isGiven(resource.settings[setting]))
    .map((setting) => wording.resourceLacksNumber(resource, setting, choice.at));
}

/** Twilio passes over the one where there is the other. */
function detectionProblems({ args }: OpUse): readonly Problem[] {
  const { send_digits: digits, machine_detection: detection } = args;
  return digits && detection ? [wording.nothingDetected(detection.at)] : [];
}

function scriptProblems(use: OpUse, resource: ResourceFile | undefined): readonly Problem[] {
  const own = use.args['template'];
  const url = use.args['response_url'];
  if (own && url) return [wording.twoScripts(url.at)];
  // An expression may name any template: which one is known only when the op runs.
  if ((own && own.literal === undefined) || url) return [];
  const script = chooseScript({ template: own?.literal }, resource?.settings ?? {});
  const at = use.args['twilio_resource']?.at ?? use.at;
  if (!script) return resource ? [wording.nothingToSay(resource, at)] : [];
  if (script.kind === 'response-url') return [];
  const template = use.template(script.name);
  if (template) return templateProblems(use, script.name, template);
  const place = script.of === 'op' ? own?.at : resource?.spans['template'];
  return [wording.templateMissing(script.name, use.templateNames, place ?? at)];
}

function templateProblems(use: OpUse, name: string, source: Source): readonly Problem[] {
  const template = readTemplate(source);
  // Of a template that was read only in part it is not known which variables it has.
  if (hasErrors(template.problems)) return template.problems;
  const entries = entriesOf(use.args['correspondance']);
  if (!entries) return template.problems;
  const names = namesOf(template);
  const found = tableProblems(use, name, [...new Set(names.map((one) => one.name))], entries);
  return [
    ...template.problems,
    ...found,
    ...checkSections(names, entries, name),
    ...(hasErrors(found) ? [] : checkLengths(template, entries, use)),
  ];
}

function tableProblems(
  use: OpUse,
  template: string,
  variables: readonly string[],
  entries: Entries,
): readonly Problem[] {
  const names = Object.keys(entries);
  const missing = variables.filter((name) => !Object.hasOwn(entries, name));
  const unused = Object.entries(entries).filter(([name]) => !variables.includes(name));
  const at = use.args['correspondance']?.at ?? use.at;
  return [
    ...missing.map((name) => wording.variableMissing(name, template, names, at)),
    ...unused.map(([name, entry]) => wording.entryUnused(name, template, variables, entry.key)),
  ];
}

/** The entries of the table; none where it is not given, undefined where an expression makes it. */
function entriesOf(table: OpArgument | undefined): Entries | undefined {
  if (!table || table.literal === null) return {};
  return table.entries;
}
