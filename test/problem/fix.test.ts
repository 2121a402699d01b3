import { readFileSync } from 'node:fs';
import { chmod, lstat, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Terminal } from '../../src/cli/command.ts';
import { mendAll } from '../../src/cli/mend.ts';
import { applyFixes } from '../../src/problem/fix.ts';
import type { Problem, Source } from '../../src/problem/problem.ts';
import { inTemporaryFolder } from '../cli/ringbook.ts';

/** A problem whose fix makes `text` of each of these stretches. */
function fixing(source: Source, what: string, ...edits: [start: number, end: number, text: string][]): Problem {
  return {
    code: 'RB0108',
    severity: 'error',
    message: what,
    fix: { what, edits: edits.map(([start, end, text]) => ({ at: { source, start, end }, text })) },
  };
}

const source: Source = { file: 'a.yml', text: 'one two three' };

describe('applyFixes', () => {
  test('applies all that do not touch each other', () => {
    const mended = applyFixes([
      fixing(source, 'b', [8, 13, 'drei'], [0, 0, '> ']),
      fixing(source, 'a', [4, 7, 'zwei']),
    ]);
    expect(mended).toEqual([{ source, text: '> one zwei drei', done: ['b', 'a'] }]);
  });

  test.each([
    ['overlaps an earlier one', [2, 5, 'x']],
    ['inserts where an earlier one ends', [3, 3, 'x']],
    ['points outside of the file', [9, 99, 'x']],
  ] as const)('leaves alone a fix that %s', (_, edit) => {
    const mended = applyFixes([fixing(source, 'first', [0, 3, 'eins']), fixing(source, 'second', [...edit])]);
    expect(mended).toEqual([{ source, text: 'eins two three', done: ['first'] }]);
  });

  test('applies a fix whole or not at all', () => {
    const second = fixing(source, 'second', [8, 13, 'drei'], [1, 2, 'x']);
    expect(applyFixes([fixing(source, 'first', [0, 3, 'eins']), second])[0]?.text).toBe('eins two three');
  });

  test('mends several files by one fix', () => {
    const other: Source = { file: 'b.yml', text: 'x' };
    const both = fixing(source, 'both', [0, 3, 'eins']);
    const edits = [...(both.fix?.edits ?? []), { at: { source: other, start: 0, end: 1 }, text: 'y' }];
    const mended = applyFixes([{ ...both, fix: { what: 'both', edits } }]);
    expect(mended.map(({ text }) => text)).toEqual(['eins two three', 'y']);
  });

  test('does nothing where nothing has a fix', () => {
    expect(applyFixes([{ code: 'RB0108', severity: 'error', message: 'no' }])).toEqual([]);
  });
});

describe('check --fix', () => {
  /** Takes every `x` of the file for a mistake, one a round. */
  const check = (folder: string, text: () => string) => () => {
    const read = { file: 'a.yml', text: text() };
    const at = read.text.indexOf('x');
    return { folder, problems: at === -1 ? [] : [fixing(read, `mend at ${at}`, [at, at + 1, 'y'])] };
  };

  test('writes, checks again until nothing is left, and says what it did', async () => {
    await inTemporaryFolder(async (folder) => {
      const file = join(folder, 'a.yml');
      await writeFile(file, 'x-x-x');
      await chmod(file, 0o640);
      const said: string[] = [];
      const left = mendAll(
        folder,
        check(folder, () => readFileSync(file, 'utf8')),
        terminalTo(said),
      );
      expect(left.problems).toEqual([]);
      expect(await readFile(file, 'utf8')).toBe('y-y-y');
      expect(said).toEqual(['mended a.yml: mend at 0', 'mended a.yml: mend at 2', 'mended a.yml: mend at 4']);
      expect((await stat(file)).mode & 0o777).toBe(0o640);
      expect(await readdir(folder)).toEqual(['a.yml']);
    });
  });

  test.each([
    ['has changed since it was checked', Buffer.from('x changed')],
    ['is not UTF-8', Buffer.from([0x78, 0xff])],
  ])('leaves a file alone that %s', async (_, bytes) => {
    await inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'a.yml'), bytes);
      const said: string[] = [];
      mendAll(
        folder,
        check(folder, () => 'x\uFFFD'),
        terminalTo(said),
      );
      expect(await readFile(join(folder, 'a.yml'))).toEqual(bytes);
      expect(said).toEqual(['left a.yml as it is: it has just changed, or is not UTF-8']);
    });
  });

  test('mends the file that a link leads to, and keeps the link', async () => {
    await inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'real.yml'), 'x');
      await symlink('real.yml', join(folder, 'a.yml'));
      mendAll(
        folder,
        check(folder, () => 'x'),
        terminalTo([]),
      );
      expect(await readFile(join(folder, 'real.yml'), 'utf8')).toBe('y');
      expect((await lstat(join(folder, 'a.yml'))).isSymbolicLink()).toBe(true);
    });
  });
});

function terminalTo(said: string[]): Terminal {
  return {
    out: (line) => void said.push(line),
    err: (line) => void said.push(line),
    progress: () => undefined,
    color: false,
    environment: {},
    folder: '/',
    read: async () => '',
    signal: new AbortController().signal,
  };
}
