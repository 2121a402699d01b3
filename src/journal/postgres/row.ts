/** Columns of a row as the domain has them. JSON columns are parsed where they are read: the journal wrote them itself. */
import { decodeText } from './text.ts';

export type Row = Readonly<Record<string, unknown>>;

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} holds no text`);
  return decodeText(value);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`column ${column} holds no number`);
  return value;
}

/** The number in a column, or undefined where it is empty. */
export function integerOrNothing(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : integer(row, column);
}

/** A value that is a key of `known`, such as a state. */
export function oneOf<Name extends string>(row: Row, column: string, known: Readonly<Record<Name, unknown>>): Name {
  const value = text(row, column);
  if (!isKey(known, value)) throw new TypeError(`column ${column} holds ${value}, which is not known here`);
  return value;
}

function isKey<Name extends string>(known: Readonly<Record<Name, unknown>>, value: string): value is Name {
  return Object.hasOwn(known, value);
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
