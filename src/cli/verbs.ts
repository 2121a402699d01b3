import { didYouMean } from '../problem/problem.ts';
import { type Command, type Options, type Terminal, WrongUsage } from './command.ts';

/** What stands after a command: `messages show <id>`. */
export interface Verb {
  /** What it needs after it, such as `the id of a message`; absent where nothing follows. */
  readonly needs?: string;
  /** The options of the command that it takes. */
  readonly options: readonly string[];
  run(word: string, options: Options, terminal: Terminal): Promise<number>;
}

/** Runs the verb that is named, `list` where none is. Throws `WrongUsage` for what it does not take. */
export function runVerb(command: string, verbs: Readonly<Record<string, Verb>>): Command['run'] {
  return async ([name = 'list', word, ...more], options, terminal) => {
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (!verb) throw new WrongUsage(unknown(command, name, Object.keys(verbs)));
    const surplus = [...(verb.needs === undefined && word !== undefined ? [word] : []), ...more];
    if (surplus.length > 0) throw new WrongUsage(`"${surplus[0]}" is one word too many`);
    if (verb.needs !== undefined && word === undefined) {
      throw new WrongUsage(`${name} needs ${verb.needs}; ${command} list shows them`);
    }
    const foreign = Object.keys(options).find(
      (option) => options[option] !== undefined && !verb.options.includes(option),
    );
    if (foreign !== undefined) throw new WrongUsage(`${name} takes no --${foreign}`);
    return verb.run(word ?? '', options, terminal);
  };
}

function unknown(command: string, name: string, names: readonly string[]): string {
  const meant = didYouMean(name, names);
  const help = meant === undefined ? `there are ${names.join(', ')}` : `did you mean "${meant}"?`;
  return `there is no "${command} ${name}"; ${help}`;
}
