import type { OpArgument, OpCheck, OpUse } from '../../plugin/plugin.ts';
import { hasErrors, type Problem, type Source, type Span } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';
import { chooseScript, isGiven, usesResourceNumbers } from './call-options.ts';
import { checkSections } from './check-sections.ts';
import * as wording from './problems.ts';
import { checkLengths, type Entries } from './script-length.ts';
import { namesOf, readTemplate, type TemplateName } from './template.ts';

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
  if (use.route && fromResource !== false && choice) return [wording.numbersOfRoute(use.route, choice.at)];
  if (fromResource === false) {
    const isOfRoute = use.route !== undefined && !use.args['twilio_number'];
    if (use.route && isOfRoute && resource && choice && !isGiven(resource.settings['twilioNumber'])) {
      return [wording.callerOfWayMissing(resource, use.route, choice.at)];
    }
    const missing = ['twilio_number', 'destination_number'].filter(
      (name) => !use.args[name] && !(isOfRoute && name === 'twilio_number'),
    );
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
  const { template: own, response_url: url, digits_template: reply } = use.args;
  const settings = use.route ? use.route.settings : (resource?.settings ?? {});
  if (own && url) return [wording.twoScripts(url.at)];
  // An expression may name any template: which one is known only when the op runs.
  if ((own && own.literal === undefined) || (reply && reply.literal === undefined)) return [];
  const script = chooseScript({ template: own?.literal, response_url: url && 'an address' }, settings);
  const at = use.args['twilio_resource']?.at ?? use.at;
  if (!script && use.route) return [wording.routeSaysNothing(use.route, at)];
  if (!script) return resource ? [wording.nothingToSay(resource, at)] : [];
  if (script.kind === 'response-url') return reply ? [wording.nothingAsked(reply.at)] : [];
  const place = script.of === 'op' ? own?.at : resource?.spans['template'];
  const named: Named[] = [{ name: script.name, at: place ?? at }];
  if (reply && isGiven(reply.literal)) named.push({ name: reply.literal, at: reply.at });
  const missing = named.filter(({ name }) => !use.template(name));
  if (missing.length > 0) return missing.map((one) => wording.templateMissing(one.name, use.templateNames, one.at));
  return templateProblems(
    use,
    named.flatMap(({ name }) => use.template(name) ?? []),
    named.map(({ name }) => name),
  );
}

interface Named {
  readonly name: string;
  readonly at: Span;
}

/** The first is the script; what is said to whoever pressed a key has the same table. */
function templateProblems(use: OpUse, sources: readonly Source[], named: readonly string[]): readonly Problem[] {
  const templates = sources.map(readTemplate);
  const found = templates.flatMap(({ problems }) => problems);
  // Of a template that was read only in part it is not known which variables it has.
  if (hasErrors(found)) return found;
  const entries = entriesOf(use.args['correspondance']);
  if (!entries) return found;
  const inTable = tableProblems(use, named, templates.map(namesOf), entries);
  return [
    ...found,
    ...inTable,
    ...templates.flatMap((template, index) => checkSections(namesOf(template), entries, named[index] ?? '')),
    ...(hasErrors(inTable) ? [] : templates.flatMap((template) => checkLengths(template, entries, use))),
  ];
}

function tableProblems(
  use: OpUse,
  templates: readonly string[],
  names: readonly (readonly TemplateName[])[],
  entries: Entries,
): readonly Problem[] {
  const given = Object.keys(entries);
  const asked = names.map((list) => [...new Set(list.map(({ name }) => name))]);
  const all = asked.flat();
  const at = use.args['correspondance']?.at ?? use.at;
  const [main = ''] = templates;
  return [
    ...asked.flatMap((variables, index) =>
      variables
        .filter((name) => !Object.hasOwn(entries, name))
        .map((name) => wording.variableMissing(name, templates[index] ?? '', given, at)),
    ),
    ...Object.entries(entries)
      .filter(([name]) => !all.includes(name))
      .map(([name, entry]) => wording.entryUnused(name, main, all, entry.key)),
  ];
}

/** The entries of the table; none where it is not given, undefined where an expression makes it. */
function entriesOf(table: OpArgument | undefined): Entries | undefined {
  if (!table || table.literal === null) return {};
  return table.entries;
}
