import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inTemporaryFolder, ringbook } from './ringbook.ts';

describe('ringbook init', () => {
  test('writes a project that passes its check and rings the phones of this machine', async () => {
    await inTemporaryFolder(async (folder) => {
      const written = await ringbook(['init'], { folder }).ended;
      expect(written).toMatchObject({ code: 0, err: '' });
      const files = await readdir(folder, { recursive: true, withFileTypes: true });
      expect(
        files
          .filter((file) => file.isFile())
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual([
        '.gitignore',
        'new-user.json',
        'new-user.scenario.yml',
        'new-user.xml',
        'new-user.yml',
        'phone.yml',
        'ringbook.yml',
        'ringbook.yml',
        'rulebook.json',
        'scenario.json',
      ]);
      expect(await ringbook(['check', '--strict'], { folder }).ended).toMatchObject({
        code: 0,
        out: '1 rulebook, 1 rule: no problems\n',
        err: '',
      });
      const host = ringbook(['start', '--port', '0'], { folder });
      const [, url = ''] = await host.printed(/web page {2}(http:\S+)\//);
      // The very command that `init` told.
      const [, data = ''] = /npx ringbook emit new-user --data '(.*)'/.exec(written.out) ?? [];
      expect((await ringbook(['emit', 'new-user', '--data', data, '--url', url], { folder }).ended).code).toBe(0);
      await host.printed(/sms to \+34•••555: delivered/);
      host.child.kill('SIGINT');
      expect((await host.ended).code).toBe(0);
    });
  });

  test('writes scenarios that pass and reach all that there is', async () => {
    await inTemporaryFolder(async (folder) => {
      await ringbook(['init'], { folder }).ended;
      expect(await ringbook(['test', '--coverage-threshold', '100'], { folder }).ended).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^coverage 100 %.*\n2 scenarios passed/m),
        err: '',
      });
    });
  });

  test('writes a workflow that checks in the format of GitHub, and plays the scenarios', async () => {
    await inTemporaryFolder(async (folder) => {
      await ringbook(['init', 'phones'], { folder }).ended;
      const workflow = await readFile(join(folder, 'phones/.github/workflows/ringbook.yml'), 'utf8');
      expect(workflow).toContain('- run: npx ringbook check --format github\n');
      expect(workflow).toContain('- run: npx ringbook test\n');
    });
  });

  test('overwrites nothing, and names what is in the way', async () => {
    await inTemporaryFolder(async (folder) => {
      await mkdir(join(folder, 'resources'));
      await writeFile(join(folder, 'resources/phone.yml'), 'mine');
      const { code, out, err } = await ringbook(['init'], { folder }).ended;
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain('nothing was written: resources/phone.yml is there already');
      expect(await readdir(folder)).toEqual(['resources']);
    });
  });

  test('leaves a .gitignore as it is, and says what to add', async () => {
    await inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, '.gitignore'), 'mine\n');
      const { code, out } = await ringbook(['init'], { folder }).ended;
      expect(code).toBe(0);
      expect(out).toContain('add .ringbook/ to it');
      expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('mine\n');
    });
  });

  test('says where it cannot write', async () => {
    await inTemporaryFolder(async (folder) => {
      await writeFile(join(folder, 'phones'), '');
      const { code, err } = await ringbook(['init', 'phones'], { folder }).ended;
      expect(code).toBe(1);
      expect(err).toContain('cannot be written');
    });
  });
});
