import { isE164, maskNumber } from '../message/message.ts';
import { inWords, type Json, type JsonObject } from '../schema/schema.ts';

/** How things are printed. */
export const FORMATS = ['table', 'json', 'csv', 'xml', 'html'] as const;

/** One of them. */
export type Format = (typeof FORMATS)[number];

/** Rows as they come, to be printed. */
export interface Rows {
  readonly items: AsyncIterable<JsonObject> | Iterable<JsonObject>;
  readonly fields: readonly string[];
  /** Fields of the table, which has no room for all. */
  readonly shown: readonly string[];
  /** `messages`, `message`: the elements of XML. */
  readonly names: readonly [many: string, one: string];
}

/** Prints rows as they come, and holds no more than a screenful of them. Resolves with how many there were. */
export async function printRows(rows: Rows, format: Format, out: (line: string) => void): Promise<number> {
  const printer = await PRINTERS[format](rows, out);
  let count = 0;
  for await (const item of rows.items) {
    count++;
    printer.row(item);
  }
  printer.end();
  return count;
}

interface Printer {
  row(item: JsonObject): void;
  end(): void;
}

const PRINTERS: Readonly<Record<Format, (rows: Rows, out: (line: string) => void) => Printer | Promise<Printer>>> = {
  table: tablePrinter,
  json: jsonPrinter,
  csv: csvPrinter,
  xml: xmlPrinter,
  html: htmlPrinter,
};

/** Columns are as wide as the first rows need; what comes later is told all the same. */
const ROWS_MEASURED = 200;
const WIDEST_CELL = 60;

function tablePrinter({ shown }: Rows, out: (line: string) => void): Printer {
  let widths: readonly number[] | undefined;
  let waiting: (readonly string[])[] = [];
  const line = (cells: readonly string[]): void =>
    out(
      cells
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  const flush = (): void => {
    const head = shown.map((name) => name.toUpperCase().replaceAll('_', ' '));
    if (!widths && waiting.length > 0) {
      widths = head.map((name, column) => Math.max(name.length, ...waiting.map((cells) => cells[column]?.length ?? 0)));
      line(head);
    }
    for (const cells of waiting) line(cells);
    waiting = [];
  };
  return {
    row(item) {
      waiting.push(shown.map((name) => cut(oneLine(wordsOf(item[name])))));
      if (widths || waiting.length >= ROWS_MEASURED) flush();
    },
    end: flush,
  };
}

function cut(text: string): string {
  return text.length > WIDEST_CELL ? `${text.slice(0, WIDEST_CELL - 1)}…` : text;
}

/** Control characters of others must not steer the terminal. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ');
}

function jsonPrinter(_: Rows, out: (line: string) => void): Printer {
  let before: string | undefined;
  return {
    row(item) {
      out(before === undefined ? '[' : `${before},`);
      before = `  ${JSON.stringify(item)}`;
    },
    end() {
      if (before === undefined) out('[]');
      else out(`${before}\n]`);
    },
  };
}

function csvPrinter({ fields }: Rows, out: (line: string) => void): Printer {
  out(fields.join(','));
  return { row: (item) => out(fields.map((name) => csvCell(wordsOf(item[name]))).join(',')), end: () => undefined };
}

/**
 * RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it
 * (https://owasp.org/www-community/attacks/CSV_Injection); a number, also a masked one, is none.
 */
function csvCell(text: string): string {
  const isFormula = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d•.]+$/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

async function xmlPrinter({ fields, names: [many, one] }: Rows, out: (line: string) => void): Promise<Printer> {
  const { fragment } = await import('xmlbuilder2');
  out(`<?xml version="1.0" encoding="UTF-8"?>\n<${many}>`);
  return {
    row(item) {
      const element = fragment().ele(one);
      for (const name of fields) element.ele(name).txt(inXml(wordsOf(item[name])));
      out(element.toString());
    },
    end: () => out(`</${many}>`),
  };
}

/** Without what XML 1.0 cannot hold; an `&` is escaped here, as xmlbuilder2 takes `&amp;` in data for a reference. */
function inXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll(/\p{Cc}/gu, (control) => ('\t\n\r'.includes(control) ? control : ' '))
    .replaceAll('&', '&amp;');
}

function htmlPrinter({ fields, names: [many] }: Rows, out: (line: string) => void): Printer {
  const cells = (name: 'td' | 'th', texts: readonly string[]): string =>
    `<tr>${texts.map((text) => `<${name}>${escaped(text)}</${name}>`).join('')}</tr>`;
  out(`<!doctype html>\n<meta charset="utf-8">\n<title>${escaped(many)}</title>\n<table>`);
  out(cells('th', fields));
  return {
    row: (item) =>
      out(
        cells(
          'td',
          fields.map((name) => wordsOf(item[name])),
        ),
      ),
    end: () => out('</table>'),
  };
}

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => HTML[character] ?? '');
}

function wordsOf(value: Json | undefined): string {
  return value == null ? '' : inWords(value);
}

/** Fields that hold what somebody said. */
const WORDS = new Set(['body', 'transcription_text']);

/** The thing with its numbers masked, and the length of what was said in place of it. SIDs stay, so that it can be acted on. */
export function masked(item: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]): [string, Json] => {
      if (typeof value !== 'string' || name.endsWith('sid') || /^(date|start|end)_/.test(name)) return [name, value];
      if (WORDS.has(name)) return [name, `(${value.length} characters)`];
      return [name, isE164(value) ? maskNumber(value) : value.replaceAll(NUMBER, maskNumber)];
    }),
  );
}

/** A phone number among words, in whichever way it is written: `+12025550123`, `(202) 555-0123`. */
const NUMBER = /\+?\(?\d[\d ().-]{5,}\d/g;
