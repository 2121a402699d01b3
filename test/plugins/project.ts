import { newRegistry } from '../../src/plugin/registry.ts';
import { core } from '../../src/plugins/core/core.ts';
import { exotel } from '../../src/plugins/exotel/exotel.ts';
import { twilio } from '../../src/plugins/twilio/twilio.ts';
import { inOrder, placeText } from '../../src/problem/pretty.ts';
import { readResource } from '../../src/resource/read.ts';
import type { ResourceFile } from '../../src/resource/resource.ts';
import { compile } from '../../src/rulebook/compile.ts';
import type { JsonSchema } from '../../src/schema/schema.ts';
import { parseYaml } from '../../src/yaml/yaml.ts';

/** Files of a project, as far as a test needs them. */
export interface Files {
  /** What stands under `do:` in a rulebook, from the first column on. */
  readonly do: string;
  /** The settings of the resource `phone`, but for its account. */
  readonly phone?: string;
  readonly templates?: Readonly<Record<string, string>>;
  /** As ringbook.yml has it. */
  readonly accents?: boolean;
}

export const registry = newRegistry([core, twilio, exotel]);

/** An event with a field of each kind; how long the first ones can get is not known. */
const EVENT: JsonSchema = {
  type: 'object',
  required: ['title', 'mid', 'tags', 'note', 'name', 'urgent', 'code'],
  properties: {
    title: { type: 'string' },
    mid: { type: 'number' },
    tags: { type: 'array', items: { type: 'string' } },
    note: { type: 'string', maxLength: 3000 },
    name: { type: 'string', minLength: 1, maxLength: 100 },
    urgent: { type: 'boolean' },
    code: { type: 'string', maxLength: 1500, pattern: '^[A-Z0-9]+$' },
  },
};

/** Compiles a rulebook of one rule and returns its problems, a line each: place, code, message, then the help. */
export function problemsOf(files: Files): readonly string[] {
  const steps = files.do.replaceAll(/^(?=.)/gm, '  ');
  const rulebook = parseYaml({ file: 'rulebooks/r.yml', text: `on: topic.create\ndo:\n${steps}` });
  const texts = Object.entries(files.templates ?? {});
  const templates = new Map(texts.map(([name, text]) => [name, { file: `resources/templates/${name}`, text }]));
  const phone = resourceOf(files.phone ?? '', [...templates.keys()]);
  const resources = new Map([[phone.mid, phone]]);
  const { problems } = compile([rulebook], {
    registry,
    resources,
    templates,
    ...(files.accents !== undefined && { accents: files.accents }),
    eventSchemas: new Map([['topic.create', EVENT]]),
  });
  return inOrder(problems).map(({ at, code, severity, message, help }) => {
    const place = at ? placeText(at).replace(/^(rulebooks|resources\/templates|resources)\//, '') : '-';
    return `${place} ${severity === 'error' ? code : `${code} (warning)`} ${message}${help ? ` | ${help}` : ''}`;
  });
}

function resourceOf(settings: string, templateNames: readonly string[]): ResourceFile {
  const text = `class: TwilioConfig\nuserSid: \${env.SID}\nauthToken: \${env.TOKEN}\n${settings}`;
  const { resource } = readResource(parseYaml({ file: 'resources/phone.yml', text }), {
    classNames: registry.resourceClassNames,
    templateNames,
    settingsOf: (name) => registry.resourceClass(name)?.settings,
  });
  if (!resource) throw new Error('the resource of the test cannot be read');
  return resource;
}
