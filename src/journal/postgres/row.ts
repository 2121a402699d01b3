/** Columns of a row as the domain has them, and results of functions that hold rows as JSON. */
import { text as plainText, type Row } from '../row.ts';
import { decodeText } from './text.ts';

export { integer, integerOrNothing, oneOf, type Row } from '../row.ts';

export function text(row: Row, column: string): string {
  return decodeText(plainText(row, column));
}

/** A result of a function or a column that holds rows as JSON. */
export function rowOf(value: unknown): Row {
  if (!isRow(value)) throw new TypeError('the database answered without a row');
  return value;
}

export function rowsOf(value: unknown): readonly Row[] {
  if (!Array.isArray(value)) throw new TypeError('the database answered without rows');
  return value.map(rowOf);
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
