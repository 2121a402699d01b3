import { readFileSync } from 'node:fs';

/** The names of the options of an interface of the SDK, as its declarations have them. */
export function optionsOf(file: string, name: string): readonly string[] {
  const path = new URL(`../../../node_modules/twilio/lib/rest/api/v2010/${file}.d.ts`, import.meta.url);
  const text = readFileSync(path, 'utf8');
  const start = text.indexOf(`export interface ${name} {`);
  if (start === -1) throw new Error(`the SDK has no ${name} in ${file}`);
  const body = text.slice(start, text.indexOf('\n}', start));
  const withoutComments = body.replaceAll(/\/\*\*[^]*?\*\//g, '');
  return [...withoutComments.matchAll(/^ {4}(\w+)\??:/gm)].map(([, option = '']) => option);
}
