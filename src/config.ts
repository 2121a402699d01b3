import { readFileSync } from 'node:fs';
import { callingCodeOf } from './message/message.ts';
import { didYouMean, error, type Problem, type Source, type Span } from './problem/problem.ts';
import { asObject, asText, compileSchema, type Json, propertiesOf } from './schema/schema.ts';
import { durationMs } from './time/time.ts';
import { entryOf, keyAt, type Node, nodeAt, parseYaml, spanOf, toJson, trapIn } from './yaml/yaml.ts';

/** The settings of a project; schemas/ringbook.json describes each. */
export interface Config {
  readonly port: number;
  readonly journal: string;
  readonly publicUrl?: string;
  readonly sandbox: boolean;
  /** How long events are kept, with all that came of them; undefined: for ever. */
  readonly retentionMs: number | undefined;
  /** The number that everything goes to; undefined: sends go where they say. */
  readonly forceRecipient?: Placed;
  /** Numbers, or what they begin with, that may be reached; undefined: any. */
  readonly allowRecipients?: readonly Placed[];
  /** False where texts go out in plain letters unless their resource or op says otherwise. */
  readonly accents?: boolean;
  /** Whose numbers need no country code (ISO 3166-1 alpha-2). */
  readonly defaultRegion?: string;
}

/** A setting as `ringbook.yml` has it, `${env.NAME}` not yet read, and where it stands there. */
export interface Placed {
  readonly text: string;
  readonly at: Span;
}

/** A quarter: what people look up, and what a bill is compared with. */
const RETENTION_MS = 90 * 86_400_000;

const DEFAULTS: Config = {
  port: 8642,
  journal: '.ringbook/journal.db',
  sandbox: true,
  retentionMs: RETENTION_MS,
};

/** Reads `ringbook.yml`; a project without one has the defaults. */
export function readConfig(source: Source | undefined): {
  readonly config: Config;
  readonly problems: readonly Problem[];
} {
  if (!source) return { config: DEFAULTS, problems: [] };
  const { root, problems } = parseYaml(source);
  if (!root || problems.length > 0) return { config: DEFAULTS, problems };
  const schemaFile = new URL('../schemas/ringbook.json', import.meta.url);
  const schema = asObject(JSON.parse(readFileSync(schemaFile, 'utf8'))) ?? {};
  const validate = compileSchema(schema);
  const settings = toJson(root);
  const found: Problem[] = validate(settings).map((violation) => {
    const name = violation.path.join('.') || 'ringbook.yml';
    if (violation.key === undefined || violation.keyword === 'required') {
      const node = nodeAt(root, violation.path);
      return isBlank(node)
        ? error('RB0701', `Setting ${name} must be specified: it stands here without a value`, spanOf(source, node))
        : {
            ...error('RB0701', `the setting "${name}" ${violation.message}`, spanOf(source, node)),
            ...trapIn(source, node, violation.keyword),
          };
    }
    const known = Object.keys(propertiesOf(schema));
    const meant = didYouMean(violation.key, known);
    const help = meant ? `did you mean "${meant}"?` : `the settings are ${known.join(', ')}`;
    return error('RB0701', `there is no setting "${name}"`, spanOf(source, keyAt(root, violation.path)), help);
  });
  const region = asText(asObject(settings)?.['default_region']);
  if (found.length === 0 && region !== undefined && callingCodeOf(region) === undefined) {
    const at = spanOf(source, nodeAt(root, ['default_region']));
    found.push(error('RB0701', `there is no country "${region}"`, at, 'countries have two letters, such as US or ES'));
  }
  return { config: found.length > 0 ? DEFAULTS : { ...configOf(settings), ...netIn(source, root) }, problems: found };
}

function isBlank(node: Node): boolean {
  const value = toJson(node);
  return value === null || (typeof value === 'string' && value.trim() === '');
}

/** Who may be reached, with the places: what is wrong there is known only at the start. */
function netIn(source: Source, root: Node): Pick<Config, 'forceRecipient' | 'allowRecipients'> {
  const placed = (node: Node): Placed => ({ text: asText(toJson(node)) ?? '', at: spanOf(source, node) });
  const settings = root.kind === 'map' ? root.entries : [];
  const named = (name: string): Node | undefined => settings.find(({ key }) => key.text === name)?.value;
  const [forced, allowed] = [named('force_recipient'), named('allow_recipients')];
  return {
    ...(forced && { forceRecipient: placed(forced) }),
    ...(allowed?.kind === 'list' && { allowRecipients: allowed.items.map(placed) }),
  };
}

/** The plugins that `ringbook.yml` names, and where; none where it is not in order, which `readConfig` tells. */
export function pluginsIn(source: Source): readonly { readonly name: string; readonly at: Span }[] {
  const { root, problems } = parseYaml(source);
  const named = root?.kind === 'map' && problems.length === 0 ? entryOf(root, 'plugins')?.value : undefined;
  if (named?.kind !== 'list') return [];
  return named.items.flatMap((item) => {
    const name = toJson(item);
    return typeof name === 'string' && name !== '' ? [{ name, at: spanOf(source, item) }] : [];
  });
}

function configOf(settings: Json): Config {
  const { port, journal, publicUrl, sandbox, retention, accents, default_region: region } = asObject(settings) ?? {};
  return {
    port: typeof port === 'number' ? port : DEFAULTS.port,
    journal: asText(journal) ?? DEFAULTS.journal,
    ...(typeof publicUrl === 'string' && { publicUrl: publicUrl.replace(/\/+$/, '') }),
    sandbox: typeof sandbox === 'boolean' ? sandbox : DEFAULTS.sandbox,
    retentionMs: retention === 'forever' ? undefined : (durationMs(asText(retention) ?? '') ?? RETENTION_MS),
    ...(typeof accents === 'boolean' && { accents }),
    ...(typeof region === 'string' && { defaultRegion: region }),
  };
}
