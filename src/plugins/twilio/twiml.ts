import { create } from 'xmlbuilder2';
import { isThere, OpFailed, type Table, wordsOf } from '../../plugin/plugin.ts';
import type { Source } from '../../problem/problem.ts';
import { wordsInAttribute, wordsInText } from '../../xml/xml.ts';
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
        for (const { name, parts } of token.attributes) node.att(name, wordsInAttribute(fill(parts, table)));
        break;
      case 'words':
        node.txt(wordsInText(fill(token.parts, table)));
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
