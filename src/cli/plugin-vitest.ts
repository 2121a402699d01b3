import { spawn } from 'node:child_process';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Terminal } from './command.ts';

/** How the tests of a plugin ended; `absent` where what they need is not installed beside it. */
export type VitestResult =
  | { readonly kind: 'ran'; readonly passed: boolean }
  | { readonly kind: 'absent'; readonly what: string };

/** Runs the tests in a folder once, and tells what vitest says. */
export async function runVitest(folder: string, terminal: Terminal): Promise<VitestResult> {
  const absent = ['ringbook', 'vitest'].find((name) => folderOf(name, folder) === undefined);
  const vitest = folderOf('vitest', folder);
  if (absent !== undefined || vitest === undefined) return { kind: 'absent', what: absent ?? 'vitest' };
  const child = spawn(
    process.execPath,
    [join(vitest, 'vitest.mjs'), 'run', '--root', folder, '--reporter', 'default'],
    {
      cwd: folder,
      env: { ...terminal.environment, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: terminal.signal,
    },
  );
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() !== '') terminal.out(`          ${line}`);
    });
  }
  const code = await new Promise<number | null>((done) => {
    child.on('close', done).on('error', () => done(null));
  });
  return { kind: 'ran', passed: code === 0 };
}

function folderOf(name: string, from: string): string | undefined {
  try {
    const manifest = findPackageJSON(name, pathToFileURL(join(from, 'package.json')));
    return manifest === undefined ? undefined : dirname(manifest);
  } catch {
    return undefined;
  }
}
