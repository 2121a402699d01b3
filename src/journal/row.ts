/** Columns of a row as the domain has them. JSON columns are parsed where they are read: the journal wrote them itself. */

export type Row = Readonly<Record<string, unknown>>;

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} holds no text`);
  return value;
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
