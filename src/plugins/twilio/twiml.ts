import { create } from 'xmlbuilder2';
import { OpFailed } from '../../plugin/plugin.ts';
import type { Source } from '../../problem/problem.ts';
import { isThere, type Table, wordsOf } from './table.ts';
import type { Part } from './tags.ts';
import { readTemplate } from './template.ts';

/**
 * A template with its variables filled in, as TwiML. The words of the table become words of the tree: they change neither
 * its shape nor each other, and whoever parses the result gets them back as they were, save for characters that XML 1.0
 * cannot hold. A variable that the table lacks is nothing, and so is a section of it. Throws `OpFailed` for a template that the check refuses.
 */
export function renderTwiml(template: Source, table: Table): string {
  const { tokens, problems } = readTemplate(template);
  const broken = problems.find((problem) => problem.severity === 'error');
  if (broken) throw new OpFailed(`${template.file}: ${broken.message}`);
  let node = create({ version: '1.0', encoding: 'UTF-8' });
  for (const token of tokens) {
    switch (token.kind) {
      case 'open':
        node = node.ele(token.name);
        for (const { name, parts } of token.attributes) node.att(name, inAttribute(fill(parts, table)));
        break;
      case 'words':
        node.txt(inText(fill(token.parts, table)));
        break;
      case 'close':
        node = node.up();
        break;
    }
  }
  return node.end();
}

function fill(parts: readonly Part[], table: Table): string {
  return parts.map((part) => fillOne(part, table)).join('');
}

function fillOne(part: Part, table: Table): string {
  switch (part.kind) {
    case 'words':
      return part.words;
    case 'variable':
      return wordsOf(table, part.name);
    case 'section':
      return isThere(table, part.name) === part.inverted ? '' : fill(part.parts, table);
  }
}

/**
 * xmlbuilder2 takes an `&amp;` among words for a reference and leaves it as it is, so every `&` is escaped before; for the same
 * reason decimal references come through. Without one, a parser would make a line feed of the carriage return.
 */
function inText(text: string): string {
  return allowed(text).replaceAll('&', '&amp;').replaceAll('\r', '&#13;');
}

/** A parser makes spaces of the line ends and tabs of an attribute. */
function inAttribute(text: string): string {
  return inText(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}

/** Text that XML 1.0 can hold: a space for a control character, U+FFFD for what is no character at all. */
function allowed(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/\p{Cc}/gu, (control) => (control < ' ' && !'\t\n\r'.includes(control) ? ' ' : control));
}
