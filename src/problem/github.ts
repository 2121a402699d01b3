import type { Problem } from './problem.ts';
import { told } from './told.ts';

/**
 * Workflow commands of GitHub Actions, one a line: each becomes an annotation on its line of a pull request
 * (docs.github.com, "Workflow commands for GitHub Actions"). `file` must be a path from the root of the repository.
 */
export function github(problems: readonly Problem[]): string {
  return told(problems)
    .map(({ code, severity, message, at, help }) => {
      // GitHub takes an end column only where the end is on the same line, and counts it as part of what is marked.
      const end = at && at.line === at.endLine ? { endColumn: Math.max(at.column, at.endColumn - 1) } : {};
      const place = at ? { file: at.file, line: at.line, endLine: at.endLine, col: at.column, ...end } : {};
      const words = help === null ? message : `${message}\nhelp: ${help}`;
      return `::${severity} ${propertiesOf({ ...place, title: code })}::${escapeData(words)}`;
    })
    .join('\n');
}

function propertiesOf(properties: Readonly<Record<string, string | number>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
}

/** As actions/toolkit does it (packages/core/src/command.ts). */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
