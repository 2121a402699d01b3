import type { Problem } from './problem.ts';
import { told } from './told.ts';

/** A line a problem, as compilers have it and editors read it: `file:line:column: error RB0106: message (help)`. */
export function compact(problems: readonly Problem[]): string {
  return told(problems)
    .map(({ code, severity, message, at, help }) => {
      const place = at ? `${at.file}:${at.line}:${at.column}: ` : '';
      return `${place}${severity} ${code}: ${message}${help === null ? '' : ` (${help})`}`.replaceAll(/\s*\n\s*/g, ' ');
    })
    .join('\n');
}
