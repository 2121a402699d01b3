import { isAbsolute, relative, resolve } from 'node:path';
import { didYouMean, type Problem, type Source, type Span } from '../problem/problem.ts';
import { type Terminal, WrongUsage } from './command.ts';

/** A way of telling problems. Each is loaded when it is asked for: `check` pays for no XML that it does not write. */
interface Format {
  render(problems: readonly Problem[], terminal: Terminal): Promise<string>;
  /** A person reads it on standard error; a program reads lines, or one document with nothing beside it, on standard output. */
  readonly reader: 'person' | 'lines' | 'document';
}

const FORMATS = {
  pretty: {
    reader: 'person',
    render: async (problems, terminal) =>
      (await import('../problem/pretty.ts')).pretty(problems, wantsColor(terminal), { docs: true }),
  },
  compact: {
    reader: 'lines',
    render: async (problems) => (await import('../problem/compact.ts')).compact(problems),
  },
  json: { reader: 'document', render: async (problems) => (await import('../problem/json.ts')).json(problems) },
  sarif: {
    reader: 'document',
    render: async (problems) => {
      const { ringbookVersion } = await import('./version.ts');
      return (await import('../problem/sarif.ts')).sarif(problems, ringbookVersion());
    },
  },
  github: { reader: 'lines', render: async (problems) => (await import('../problem/github.ts')).github(problems) },
  junit: { reader: 'document', render: async (problems) => (await import('../problem/junit.ts')).junit(problems) },
} satisfies Readonly<Record<string, Format>>;

/** The name of a format. */
export type FormatName = keyof typeof FORMATS;

/** All names, as `--help` lists them. */
export const FORMAT_NAMES = Object.keys(FORMATS).join('|');

/** The format that was asked for. Throws `WrongUsage` where there is none of this name. */
export function formatNamed(name: string): FormatName {
  if (isFormat(name)) return name;
  const meant = didYouMean(name, Object.keys(FORMATS));
  throw new WrongUsage(
    `there is no format "${name}"; ${meant ? `did you mean "${meant}"?` : `the formats are ${Object.keys(FORMATS).join(', ')}`}`,
  );
}

function isFormat(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}

/** Whether a format's output is one document, with nothing beside it. */
export function isDocument(format: FormatName): boolean {
  return FORMATS[format].reader === 'document';
}

/** Prints problems: for a person on standard error, for a program on standard output. */
export async function report(problems: readonly Problem[], name: FormatName, terminal: Terminal): Promise<void> {
  const format: Format = FORMATS[name];
  // Nothing to tell a person: nor is it asked, which takes time, whether the terminal has colours.
  if (format.reader === 'person' && problems.length === 0) return;
  const text = await format.render(problems, terminal);
  if (text === '') return;
  if (format.reader === 'person') terminal.err(`${text}\n`);
  else terminal.out(text);
}

/** NO_COLOR (no-color.org) comes first, then FORCE_COLOR, which is for a CI log that shows colours; then what the terminal is. */
export function wantsColor({ color, environment }: Terminal): boolean {
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  return forced === undefined ? color : !['0', 'false'].includes(forced);
}

/**
 * Files are named from the project's folder. In a report they are named from where its reader stands: the working folder, or,
 * for what GitHub reads, the root of the repository.
 */
export function namedFrom(
  problems: readonly Problem[],
  folder: string,
  format: FormatName,
  { folder: working, environment }: Terminal,
): readonly Problem[] {
  const workspace = environment['GITHUB_WORKSPACE'];
  const isForGitHub = format === 'github' || format === 'sarif';
  const base = isForGitHub && workspace && isInside(workspace, working) ? workspace : working;
  if (resolve(folder) === resolve(base)) return problems;
  const known = new Map<Source, Source>();
  const renamed = (at: Span): Span => {
    const source = known.get(at.source) ?? { file: shownFrom(base, folder, at.source.file), text: at.source.text };
    known.set(at.source, source);
    return { ...at, source };
  };
  return problems.map((problem) => ({
    ...problem,
    ...(problem.at && { at: renamed(problem.at) }),
    ...(problem.related && { related: problem.related.map((other) => ({ ...other, at: renamed(other.at) })) }),
  }));
}

function shownFrom(base: string, folder: string, file: string): string {
  const full = resolve(folder, file);
  return isInside(base, full) ? relative(base, full).replaceAll('\\', '/') : full;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith('..') && !isAbsolute(way);
}
