import { readFileSync } from 'node:fs';
import { CATALOGUE } from '../problem/catalogue.ts';
import { didYouMean } from '../problem/problem.ts';
import { type Command, type Terminal, WrongUsage } from './command.ts';

export const explain: Command = {
  usage: 'explain [code] [--json]',
  about:
    'Tells what a code such as RB0106 means, why it matters, and how to mend it. Without a code, lists all of them.',
  words: 1,
  options: { json: { about: 'for a script: code, title and the page as Markdown' } },
  examples: [
    ['npx ringbook explain RB0106', 'what it is, with an example that fails and one that passes'],
    ['npx ringbook explain', 'every code and its title'],
  ],
  run: async ([given], options, terminal) => {
    if (given === undefined) return listAll(options['json'] === true, terminal);
    const code = codeOf(given);
    const page = pageOf(code, problemsDocument());
    if (options['json'] === true) terminal.out(JSON.stringify({ code, title: CATALOGUE[code], page }, undefined, 2));
    else terminal.out(forTerminal(page));
    return 0;
  },
};

type Code = keyof typeof CATALOGUE;

/** `rb106` and `106` are meant as RB0106; anything else that is no code gets the nearest one named. */
function codeOf(given: string): Code {
  const digits = /^(?:rb)?0*(\d{1,4})$/i.exec(given.trim())?.[1];
  const code = digits === undefined ? given.toUpperCase() : `RB${digits.padStart(4, '0')}`;
  if (isCode(code)) return code;
  const meant = didYouMean(code, Object.keys(CATALOGUE));
  const help = meant ? `did you mean ${meant}?` : 'ringbook explain lists all codes';
  throw new WrongUsage(`there is no code "${given}"; ${help}`);
}

function isCode(code: string): code is Code {
  return Object.hasOwn(CATALOGUE, code);
}

function listAll(asJson: boolean, terminal: Terminal): number {
  const all = Object.entries(CATALOGUE).map(([code, title]) => ({ code, title }));
  if (asJson) terminal.out(JSON.stringify(all, undefined, 2));
  else for (const { code, title } of all) terminal.out(`${code}  ${title}`);
  return 0;
}

function problemsDocument(): string {
  return readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8');
}

/** The section of a code, from its heading to the next one. */
function pageOf(code: Code, document: string): string {
  const start = document.indexOf(`\n## ${code}:`);
  if (start === -1) throw new Error(`docs/problems.md has no section for ${code}`);
  const end = document.indexOf('\n## ', start + 1);
  return document.slice(start + 1, end === -1 ? undefined : end).trim();
}

/** Markdown as plain text: the heading without its marks, examples indented in place of their fences. */
function forTerminal(page: string): string {
  return page
    .replace(/^## /, '')
    .replaceAll(/^```.*\n([\s\S]*?)^```$/gm, (_, code: string) => code.trimEnd().replaceAll(/^(?=.)/gm, '    '));
}
