import type { Command, Option } from './command.ts';

/** The help of one command. */
export function helpOf(command: Command): string {
  const all = Object.entries<Option>({ ...command.options, help: { about: 'show this' } });
  const options = all.filter(([, { isOfKind }]) => !isOfKind);
  const names = options.map(([name, option]) => `--${name}${option.value === undefined ? '' : ` ${option.value}`}`);
  const width = Math.max(...names.map((name) => name.length));
  return [
    `Usage: ringbook ${command.usage}`,
    '',
    command.about,
    '',
    'Options:',
    ...options.map(([, option], index) => `  ${(names[index] ?? '').padEnd(width)}  ${option.about}`),
    '',
    'Examples:',
    ...command.examples.flatMap(([line, what]) => [`  # ${what}`, `  ${line}`]),
  ].join('\n');
}
