import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { loadProject } from '../../src/project.ts';
import { registryOf } from '../../src/registry-of.ts';
import { inTemporaryFolder, repository, ringbook } from '../cli/ringbook.ts';

const document = await readFile(join(repository, 'docs/plugins.md'), 'utf8');

function blocks(kind: string): readonly string[] {
  return [...document.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);
}

/** The lines of a shell that the document shows, without `npx`. */
const commands = blocks('sh').flatMap((text) =>
  [...text.matchAll(/^npx ringbook (.*)$/gm)].map(([, line = '']) => line),
);

describe('docs/plugins.md', () => {
  test('shows settings that are in order', () => {
    const [text = ''] = blocks('yaml');
    expect(readConfig({ file: 'ringbook.yml', text }).problems).toEqual([]);
  });

  test('shows the plugin that the tests load', async () => {
    const plugin = await readFile(join(repository, 'test/plugins/example/plugin.ts'), 'utf8');
    expect(plugin).toContain(blocks('ts')[0]?.trim());
  });

  test('shows a source of events that a host takes events from', async () => {
    await inTemporaryFolder(async (folder) => {
      const files: Readonly<Record<string, string>> = {
        'ringbook.yml': 'plugins: [./clock]\nsandbox: false\n',
        'clock/tick.ts': blocks('ts')[1] ?? '',
        'clock/plugin.ts': `export default { api: 1, name: 'clock', schemas: new URL('./', import.meta.url), ops: {}, resourceClasses: {},
          eventSources: { Clock: { load: async () => (await import('./tick.ts')).tick } } };`,
        'clock/resource/Clock.json': '{ "type": "object", "properties": {} }',
        'resources/clock.yml': 'class: Clock\n',
        'schemas/event/tick.json': '{ "type": "object" }',
        'rulebooks/tick.yml': 'on: tick\ndo:\n  - log: It ticks.\n',
      };
      for (const [file, text] of Object.entries(files)) {
        await mkdir(join(folder, file, '..'), { recursive: true });
        await writeFile(join(folder, file), text);
      }
      expect(pretty(loadProject(folder, await registryOf(folder)).problems, false)).toBe('');
      const host = ringbook(['start', '--port', '0', '--journal', join(folder, 'journal.db')], { folder });
      await host.printed(/It ticks\./);
      host.child.kill('SIGINT');
      expect(await host.ended).toMatchObject({ code: 0, err: '' });
    });
  });

  test('shows commands that do what it says', async () => {
    await inTemporaryFolder(async (folder) => {
      const said = new Map<string, string>();
      await writeFile(join(folder, 'ringbook.yml'), `plugins: [${join(repository, 'test/plugins/example')}]\n`);
      for (const line of commands) {
        const { code, out, err } = await ringbook(line.split(' '), { folder }).ended;
        said.set(line, out);
        // Nothing is installed in this folder, which `plugin test` says; test/package has it installed.
        const isTest = line.startsWith('plugin test');
        expect([line, code, err]).toEqual([line, isTest ? 1 : 0, '']);
        expect(out.match(/FAIL.*/g)).toEqual(
          isTest ? ['FAIL  its own tests could not be run: ringbook is not installed'] : null,
        );
      }
      expect([...said.keys()]).toEqual([
        'plugin new gateway',
        'plugin test ./plugins/gateway',
        'plugin list',
        'plugin list --json',
        'ops pigeon_credit',
      ]);
      expect(said.get('plugin list')).toContain('pigeon  (');
    });
  });

  test('names what ringbook/plugin and ringbook/testing have', async () => {
    const names = [...document.matchAll(/`(outcomeOfFailure|newGatherer|providerContract|journalContract)`/g)].map(
      ([, name]) => name,
    );
    const has = { ...(await import('ringbook/plugin')), ...(await import('ringbook/testing')) };
    expect(Object.keys(has)).toEqual(expect.arrayContaining(names));
    expect(names.length).toBeGreaterThan(3);
  });
});
