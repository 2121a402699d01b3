import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/ringbook.js', import.meta.url));
export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A command under way. */
export interface Running {
  readonly child: ChildProcess;
  /** Resolves with the first match of what is printed; rejects when the command ends before. */
  printed(pattern: RegExp): Promise<RegExpMatchArray>;
  readonly ended: Promise<Ended>;
}

/** Starts `ringbook` as a user does. */
export function ringbook(
  args: readonly string[],
  options: { folder?: string; input?: string; environment?: object } = {},
): Running {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.folder ?? repository,
    env: { ...process.env, NO_COLOR: '1', ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(options.input ?? '');
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, out, err })));
  const printed = (pattern: RegExp): Promise<RegExpMatchArray> =>
    new Promise((found, failed) => {
      const look = (): void => {
        const match = pattern.exec(out);
        if (match) found(match);
      };
      child.stdout.on('data', look);
      look();
      void ended.then(() => failed(new Error(`ended without ${pattern}:\n${out}\n${err}`)));
    });
  return { child, printed, ended };
}

/** A folder that is gone when `use` has ended. */
export async function inTemporaryFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'ringbook-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
