import { existsSync } from 'node:fs';

/** Names the packages that are not installed; whether there are any. */
export function missingPeers(names: readonly string[], say: (line: string) => void): boolean {
  const missing = names.filter((name) => !existsSync(new URL(`peer/node_modules/${name}`, import.meta.url)));
  for (const name of missing) say(`missing: ${name}; npm ci --prefix bench/peer brings it`);
  return missing.length > 0;
}
