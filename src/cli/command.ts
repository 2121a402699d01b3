import type { ParseArgsOptionsConfig } from 'node:util';

/** One command of the command line. */
export interface Command {
  /** `emit <type>`: as it stands after `ringbook`. */
  readonly usage: string;
  readonly about: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Whole command lines that work in this repository, and what each does. */
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** The help of what stands after the command; undefined where that has none of its own. */
  help?(words: readonly string[]): string | undefined;
  /** Most words that may stand beside the options. */
  readonly words: number;
  /** Resolves with the exit code: 0 fine, 1 problems, 2 wrong usage. */
  run(words: readonly string[], options: Options, terminal: Terminal): Promise<number>;
}

/** An option: a flag where `value` is absent, else what its value is called in the help. */
export interface Option {
  readonly value?: string;
  readonly about: string;
  /** It belongs to one kind of thing alone, whose own help tells it. */
  readonly isOfKind?: true;
}

/** What was given: a text for an option with a value, true for a flag. */
export type Options = Readonly<Record<string, string | true | undefined>>;

/** Where a command speaks, and what it may know of the process. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  /** Tells how far something is, over what was told before; nothing clears it. Only a person at a terminal sees it. */
  progress(words: string): void;
  readonly color: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working folder. */
  readonly folder: string;
  /** Standard input, whole. */
  read(): Promise<string>;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** The command was given wrongly; the message says what it takes. */
export class WrongUsage extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongUsage';
  }
}

/** `--project`, which every command that reads a project has. */
export const PROJECT: Option = {
  value: 'DIR',
  about: 'folder with ringbook.yml, rulebooks/, resources/, schemas/ (default: this one)',
};
/** `--journal`, which every command that reads or writes a journal has. */
export const JOURNAL: Option = {
  value: 'PATH',
  about: 'the journal: a file, or postgres://... (default: .ringbook/journal.db in this folder)',
};

/** The option's text, or undefined where it was not given. */
export function textOf(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The option's port, or undefined where it was not given. Throws `WrongUsage` for anything but 0 to 65535. */
export function portOf(options: Options, name: string): number | undefined {
  const text = textOf(options, name);
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new WrongUsage(`--${name} takes a port from 0 to 65535, and not "${text}"`);
  return port;
}

/** The command's options in the form of `node:util`'s parseArgs. */
export function parseConfig(command: Command): ParseArgsOptionsConfig {
  const all = Object.entries<Option>({ ...command.options, help: { about: '' } });
  return Object.fromEntries(
    all.map(([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }]),
  );
}
