import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, rename, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../cli/ringbook.ts';

const run = promisify(execFile);

/** Packs this repository and unpacks it into `folder` as npm does. Its dependencies are those of the repository: nothing is fetched. */
export async function unpack(folder: string): Promise<string> {
  await run('npm', ['pack', '--pack-destination', folder, '--loglevel', 'error'], { cwd: await copyOfSources(folder) });
  const [tarball = ''] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
  await run('tar', ['-xzf', tarball], { cwd: folder });
  const packages = join(folder, 'node_modules');
  await mkdir(packages);
  for (const name of await readdir(join(repository, 'node_modules'))) {
    if (!name.startsWith('.')) await symlink(join(repository, 'node_modules', name), join(packages, name));
  }
  await rename(join(folder, 'package'), join(packages, 'ringbook'));
  return join(packages, 'ringbook');
}

/** What is packed builds into its folder: not into the one that somebody works in. */
async function copyOfSources(folder: string): Promise<string> {
  const sources = join(folder, 'sources');
  await cp(repository, sources, {
    recursive: true,
    filter: (path) => !/(^|\/)(node_modules|\.git|dist|coverage|\.ringbook)(\/|$)/.test(relative(repository, path)),
  });
  await symlink(join(repository, 'node_modules'), join(sources, 'node_modules'));
  return sources;
}
