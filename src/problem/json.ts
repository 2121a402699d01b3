import type { Problem } from './problem.ts';
import { pageOf, told } from './told.ts';

/** What a problem without a place has in the place of one. */
const NOWHERE = { file: null, line: null, column: null, endLine: null, endColumn: null };

/**
 * One JSON object, `{"problems": [...]}`, in order of place. Lines and columns count from 1, columns in UTF-16 units;
 * `endColumn` is the column after the last. `help` is null where there is none; `file` and the four numbers are null for a
 * problem without a place. `url` is the page of the code, from the folder of the package.
 */
export function json(problems: readonly Problem[]): string {
  const list = told(problems).map(({ code, severity, message, at, help }) => ({
    code,
    severity,
    message,
    ...(at ?? NOWHERE),
    help,
    url: pageOf(code),
  }));
  return JSON.stringify({ problems: list }, undefined, 2);
}
