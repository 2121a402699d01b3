import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { type Config, readConfig } from './config.ts';
import { type EventType, readEventType } from './event/event-type.ts';
import { toldTypes } from './event/told-type.ts';
import type { Registry, ResourceWorld } from './plugin/plugin.ts';
import { readEventSchema } from './plugin/schema-file.ts';
import { addAll, error, hasErrors, type Problem, ProblemsFound, type Source } from './problem/problem.ts';
import * as resourceProblems from './resource/problems.ts';
import { type ResourceContext, readResource } from './resource/read.ts';
import type { ResourceFile } from './resource/resource.ts';
import { compile } from './rulebook/compile.ts';
import { importsIn } from './rulebook/link.ts';
import type { Plan } from './rulebook/rulebook.ts';
import { checkSafety } from './safety.ts';
import type { JsonSchema } from './schema/schema.ts';
import { parseYaml, type YamlFile } from './yaml/yaml.ts';

/** A project, read and compiled. It may be run only where no problem is an error. */
export interface Project {
  readonly folder: string;
  readonly config: Config;
  readonly plan: Plan;
  readonly rulebookCount: number;
  /** What stands next to the rulebooks and tells how they work, not read yet. */
  readonly scenarioFiles: readonly Source[];
  readonly resources: ReadonlyMap<string, ResourceFile>;
  readonly eventTypes: ReadonlyMap<string, EventType>;
  readonly problems: readonly Problem[];
}

/** No file that a person writes is larger; a larger one is not read at all. */
const MAX_FILE_BYTES = 1_000_000;

/**
 * Reads a project's folder (`ringbook.yml`, `rulebooks/`, `resources/`, `schemas/event/`) and compiles it. `paths` takes
 * these rulebooks, files or folders, in place of `rulebooks/`. All problems of all files come back at once.
 */
export function loadProject(folder: string, registry: Registry, paths?: readonly string[]): Project {
  const files = new FileReader(folder);
  const [settings] = files.read('ringbook.yml');
  const { config, problems: configProblems } = readConfig(settings);
  const templates = new Map(files.readFolder('resources/templates', '').map((source) => [nameIn(source), source]));
  const brought = registry.plugins.flatMap((plugin) =>
    (plugin.eventTypes ?? []).map((type) => readEventSchema(plugin, type)),
  );
  const eventTypes = readEventTypes([...brought, ...files.readFolder('schemas/event', '.json')]);
  const world = config.defaultRegion === undefined ? {} : { region: config.defaultRegion };
  const resourceFiles = files.readFolder('resources', '.yml', '.yaml').map(parseYaml);
  const resources = readResources(resourceFiles, registry, { ...world, templateNames: [...templates.keys()] });
  const named = (paths ?? ['rulebooks']).flatMap((path) => files.readNamed(path, '.yml', '.yaml'));
  const rulebooks = named.filter((source) => !isScenarios(source)).map(parseYaml);
  const eventSchemas = new Map<string, JsonSchema>([...eventTypes.types].map(([type, { schema }]) => [type, schema]));
  const compiled = compile(rulebooks, {
    imports: readImports(rulebooks, files),
    registry,
    resources: resources.byMid,
    brokenResources: resources.broken,
    templates,
    eventSchemas,
    brokenEventTypes: eventTypes.broken,
    ...(config.accents !== undefined && { accents: config.accents }),
    ...world,
  });
  return {
    folder,
    config,
    plan: compiled.plan,
    rulebookCount: rulebooks.length,
    scenarioFiles: named.filter(isScenarios),
    resources: resources.byMid,
    eventTypes: eventTypes.types,
    problems: withoutRepeats([
      ...files.problems,
      ...configProblems,
      ...checkSafety(config),
      ...registry.problems,
      ...eventTypes.problems,
      ...withoutSequels([...resources.problems, ...compiled.problems], registry),
    ]),
  };
}

/** Where a plugin is missing, so is what it brings: that is no mistake of the rulebooks. */
function withoutSequels(problems: readonly Problem[], registry: Registry): readonly Problem[] {
  if (!hasErrors(registry.problems)) return problems;
  return problems.filter(({ code }) => code !== 'RB0105' && code !== 'RB0303');
}

/** Only the settings of a project, for commands that need no more. Throws `ProblemsFound` where they are not in order. */
export function readSettings(folder: string): Config {
  const files = new FileReader(folder);
  const { config, problems } = readConfig(files.read('ringbook.yml')[0]);
  const found = [...files.problems, ...problems, ...checkSafety(config)];
  if (hasErrors(found)) throw new ProblemsFound(found);
  return config;
}

/** Files and folders of scenarios that a user named. */
export function readScenarioFiles(
  folder: string,
  paths: readonly string[],
): { readonly sources: readonly Source[]; readonly problems: readonly Problem[] } {
  const files = new FileReader(folder);
  const sources = paths.flatMap((path) => files.readNamed(path, ...SCENARIO_ENDINGS));
  return { sources: [...new Map(sources.map((source) => [source.file, source])).values()], problems: files.problems };
}

const SCENARIO_ENDINGS = ['.scenario.yml', '.scenario.yaml'];

function isScenarios({ file }: Source): boolean {
  return SCENARIO_ENDINGS.some((ending) => file.endsWith(ending));
}

/** Files that rulebooks import and that are not among them, with what those import. */
function readImports(rulebooks: readonly YamlFile[], files: FileReader): readonly YamlFile[] {
  const known = new Set(rulebooks.map(({ source }) => source.file));
  const imported: YamlFile[] = [];
  const queue = [...rulebooks];
  for (let file = queue.pop(); file; file = queue.pop()) {
    for (const path of importsIn(file)) {
      if (known.has(path)) continue;
      known.add(path);
      const read = files.read(path).map(parseYaml);
      imported.push(...read);
      queue.push(...read);
    }
  }
  return imported;
}

function typeTaken(type: string, source: Source): Problem {
  const at = { source, start: 0, end: Math.min(1, source.text.length) };
  const help = 'remove this file, or call your own event by another name';
  return error('RB0602', `"${type}" is an event of Ringbook itself, with a schema of its own`, at, help);
}

/** A template that ten rules use is wrong once. */
function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.toReversed().map((problem) => [keyOf(problem), problem])).values()].toReversed();
}

function keyOf({ code, message, at }: Problem): string {
  return [code, message, at?.source.file, at?.start].join('\n');
}

function nameIn(source: Source): string {
  return source.file.replace(/^.*resources\/templates\//, '');
}

function readEventTypes(sources: readonly Source[]): {
  readonly types: ReadonlyMap<string, EventType>;
  readonly broken: ReadonlySet<string>;
  readonly problems: readonly Problem[];
} {
  const told = new Map(toldTypes().map((type) => [type.type, type]));
  const types = new Map<string, EventType>(told);
  const broken = new Set<string>();
  const problems: Problem[] = [];
  for (const source of sources) {
    const read = readEventType(source);
    addAll(problems, read.problems);
    if (read.eventType && told.has(read.eventType.type)) problems.push(typeTaken(read.eventType.type, source));
    else if (read.eventType) types.set(read.eventType.type, read.eventType);
    else broken.add(basename(source.file, '.json'));
  }
  return { types, broken, problems };
}

function readResources(
  files: readonly YamlFile[],
  registry: Registry,
  world: Pick<ResourceContext, 'templateNames' | 'region'>,
): {
  readonly byMid: ReadonlyMap<string, ResourceFile>;
  readonly broken: ReadonlySet<string>;
  readonly problems: readonly Problem[];
} {
  const byMid = new Map<string, ResourceFile>();
  const broken = new Set<string>();
  const problems: Problem[] = [];
  const context = {
    ...world,
    classNames: registry.resourceClassNames,
    settingsOf: (className: string) => registry.resourceClass(className)?.settings,
    checkOf: (className: string) => registry.resourceClass(className)?.check,
  };
  for (const file of files) {
    const read = readResource(file, context);
    addAll(problems, read.problems);
    if (!read.resource) {
      broken.add(basename(file.source.file).replace(/\.ya?ml$/, ''));
      continue;
    }
    const first = byMid.get(read.resource.mid);
    if (first) problems.push(resourceProblems.midTaken(first.mid, first.at.source.file, read.resource.at));
    else byMid.set(read.resource.mid, read.resource);
  }
  addAll(problems, checkBeside(byMid, broken, registry));
  return { byMid, broken, problems };
}

/** What is wrong with a resource only beside the others, such as a route that leads nowhere. */
function checkBeside(
  byMid: ReadonlyMap<string, ResourceFile>,
  broken: ReadonlySet<string>,
  registry: Registry,
): readonly Problem[] {
  const world: ResourceWorld = {
    mids: [...byMid.keys()],
    resource: (mid) => byMid.get(mid),
    isBroken: (mid) => broken.has(mid),
    sendsOf: (resource) => registry.resourceClass(resource.class)?.sends ?? [],
    isRoute: (resource) => registry.resourceClass(resource.class)?.ways !== undefined,
  };
  return [...byMid.values()].flatMap((file) => registry.resourceClass(file.class)?.checkBeside?.(file, world) ?? []);
}

/** Reads a project's files in the order of their names, and keeps what went wrong. */
class FileReader {
  readonly problems: Problem[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The file, or nothing where there is none. */
  read(path: string): readonly Source[] {
    const full = resolve(this.#folder, path);
    const file = shown(this.#folder, full);
    try {
      if (statSync(full).size > MAX_FILE_BYTES) {
        this.problems.push(error('RB0001', `${file} is larger than ${MAX_FILE_BYTES / 1e6} MB, and was not read`));
        return [];
      }
      return [{ file, text: readFileSync(full, 'utf8') }];
    } catch (failure) {
      if (codeOf(failure) !== 'ENOENT') this.#cannotRead(file, failure);
      return [];
    }
  }

  /** All files of a folder and its subfolders with one of these endings; none where there is no such folder. */
  readFolder(path: string, ...endings: string[]): readonly Source[] {
    try {
      return readdirSync(resolve(this.#folder, path), { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
        .map((entry) => join(entry.parentPath, entry.name))
        .toSorted()
        .flatMap((file) => this.read(file));
    } catch (failure) {
      if (codeOf(failure) !== 'ENOENT') this.#cannotRead(path, failure);
      return [];
    }
  }

  /** What a user named: a file, or a folder of files; that it is not there is a problem. */
  readNamed(path: string, ...endings: string[]): readonly Source[] {
    const full = resolve(this.#folder, path);
    try {
      return statSync(full).isDirectory() ? this.readFolder(path, ...endings) : this.read(path);
    } catch (failure) {
      this.#cannotRead(shown(this.#folder, full), failure);
      return [];
    }
  }

  #cannotRead(file: string, failure: unknown): void {
    const why = codeOf(failure) === 'ENOENT' ? 'it does not exist' : String(codeOf(failure) ?? failure);
    this.problems.push(error('RB0001', `${file} cannot be read: ${why}`));
  }
}

/** A path as people see it: from the project's folder where it lies in it. */
function shown(folder: string, full: string): string {
  const inside = relative(folder, full);
  return inside.startsWith('..') ? full : inside.replaceAll('\\', '/');
}

function codeOf(failure: unknown): string | undefined {
  return failure instanceof Error && 'code' in failure ? String(failure.code) : undefined;
}
