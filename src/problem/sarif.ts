import { CATALOGUE } from './catalogue.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { pageOf, type Region, type Told, told } from './told.ts';

/** SARIF 2.1.0 (OASIS), as GitHub code scanning and editors read it. `version` is that of Ringbook. */
export function sarif(problems: readonly Problem[], version: string): string {
  const results = told(problems);
  const codes = [...new Set(results.map(({ code }) => code))].toSorted();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Ringbook', semanticVersion: version, rules: codes.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: results.map((problem) => resultOf(problem, codes)),
      },
    ],
  };
  return JSON.stringify(log, undefined, 2);
}

function ruleOf(code: ProblemCode): object {
  return {
    id: code,
    shortDescription: { text: CATALOGUE[code] },
    help: { text: `npx ringbook explain ${code} tells why, with examples. The page: ${pageOf(code)}` },
  };
}

function resultOf({ code, severity, message, at, related, help }: Told, codes: readonly ProblemCode[]): object {
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: help === null ? message : `${message}\nhelp: ${help}` },
    ...(at && { locations: [{ physicalLocation: physicalLocation(at) }] }),
    ...(related.length > 0 && {
      relatedLocations: related.map((other, id) => ({
        id,
        message: { text: other.message },
        physicalLocation: physicalLocation(other),
      })),
    }),
  };
}

function physicalLocation({ file, line, column, endLine, endColumn }: Region): object {
  return {
    artifactLocation: { uri: uriOf(file) },
    region: { startLine: line, startColumn: column, endLine, endColumn },
  };
}

/** A path as a URI: relative as it is, absolute under `file:`. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${path}` : path;
}
