import { execFile } from 'node:child_process';
import { cp, readdir, readFile, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { expect, test } from 'vitest';
import { inTemporaryFolder, repository } from '../cli/ringbook.ts';

const run = promisify(execFile);

test('the published package holds what it needs, runs without its sources, and is in order', {
  timeout: 120_000,
}, async () => {
  await inTemporaryFolder(async (folder) => {
    await run('npm', ['pack', '--pack-destination', folder, '--loglevel', 'error'], {
      cwd: await copyOfSources(folder),
    });
    const [tarball = ''] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
    await run('tar', ['-xzf', tarball], { cwd: folder });
    const unpacked = join(folder, 'package');
    expect(await readdir(unpacked)).not.toContain('src');
    // Its dependencies are those of this repository: nothing is fetched.
    await symlink(join(repository, 'node_modules'), join(unpacked, 'node_modules'));

    const { stdout } = await run(process.execPath, [join(unpacked, 'bin/ringbook.js'), 'demo'], { cwd: folder });
    expect(stdout).toContain('The call was answered, the message was delivered.');

    const script = "import { loadProject } from 'ringbook'; console.log(typeof loadProject)";
    const imported = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: unpacked });
    expect(imported.stdout).toBe('function\n');

    const { messages } = await publint({ pkgDir: unpacked, strict: true, pack: false });
    expect(messages.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([]);
  });
});

test('Node 20 is told in one line what is needed', async () => {
  const bin = await readFile(join(repository, 'bin/ringbook.js'), 'utf8');
  const asOld = bin.replace('process.versions.node.split', '"20.11.0".split');
  expect(asOld).not.toBe(bin);
  const failed: unknown = await run(process.execPath, ['--input-type=module', '-e', asOld]).catch(
    (failure: unknown) => failure,
  );
  expect(failed).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^ringbook needs Node\.js 24 or newer, .*npx ringbook.*\n$/),
  });
});

/** What is packed builds into its folder: not into the one that somebody works in. */
async function copyOfSources(folder: string): Promise<string> {
  const sources = join(folder, 'sources');
  await cp(repository, sources, {
    recursive: true,
    filter: (path) => !/^(node_modules|\.git|dist|coverage|\.ringbook)(\/|$)/.test(relative(repository, path)),
  });
  await symlink(join(repository, 'node_modules'), join(sources, 'node_modules'));
  return sources;
}
