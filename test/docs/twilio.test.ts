import { randomUUID } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { twilio } from '../../src/cli/twilio.ts';
import { newHttpClient } from '../../src/http/client.ts';
import { listen } from '../../src/http/server.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { KIND_NAMES, KINDS, valuesOf } from '../../src/plugins/twilio/kinds.ts';
import { SMS_OPTIONS } from '../../src/plugins/twilio/send-options.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { loadProject } from '../../src/project.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { propertiesOf } from '../../src/schema/schema.ts';
import { realClock } from '../../src/time/real.ts';
import { inProcess } from '../cli/in-process.ts';
import { inTemporaryFolder, repository } from '../cli/ringbook.ts';
import { playProject } from '../scenario/played.ts';

const document = await readFile(join(repository, 'docs/twilio.md'), 'utf8');

function blocks(info: string): readonly string[] {
  return [...document.matchAll(new RegExp(`\`\`\`${info}\n([^]*?)\`\`\``, 'g'))].map(([, text = '']) => text);
}

const templates = {
  'resources/templates/confirm.xml': blocks('xml template confirm.xml')[0] ?? '',
  'resources/templates/thanks.xml': blocks('xml template thanks.xml')[0] ?? '',
};

describe('docs/twilio.md', () => {
  test.each(blocks('yaml rulebook').map((text, index) => [index + 1, text]))(
    'has rulebook %d compile',
    async (_, text) => {
      await inTemporaryFolder(async (folder) => {
        for (const part of ['resources', 'schemas'])
          await cp(join(repository, part), join(folder, part), { recursive: true });
        await mkdir(join(folder, 'rulebooks'));
        const files = {
          ...templates,
          'rulebooks/example.yml': text,
          'resources/twilio_resource.yml': blocks('yaml resource')[0],
        };
        for (const [path, content = ''] of Object.entries(files)) await writeFile(join(folder, path), content);
        expect(pretty(loadProject(folder, newRegistry(builtIn)).problems, false)).toBe('');
      });
    },
  );

  test('has a scenario that passes', async () => {
    const { told } = await playProject({
      ...templates,
      'rulebooks/example.yml': blocks('yaml rulebook').find((text) => text.includes('call.digits')) ?? '',
      'rulebooks/example.scenario.yml': blocks('yaml scenario')[0] ?? '',
    });
    expect(told).toBe('');
  });

  test('says of each kind what can be done with it', () => {
    const verbs = {
      list: 'listed',
      fetch: 'fetched',
      create: 'created',
      update: 'updated',
      delete: 'deleted',
    } as const;
    const rows = [...document.matchAll(/^\| `(\w+)` +\| ([\w, ]+?) +\|$/gm)].map(([, kind, can]) => [kind, can]);
    const known = KIND_NAMES.map((name) => [
      name,
      (['list', 'fetch', 'create', 'update', 'delete'] as const)
        .filter((verb) => valuesOf(KINDS[name], verb))
        .map((verb) => verbs[verb])
        .join(', '),
    ]);
    expect(rows).toEqual(known);
  });

  test('names every option of a message', () => {
    const [, listed = ''] = /in Twilio's words: ([^]*?)\.\n/.exec(document) ?? [];
    expect([...listed.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(Object.keys(propertiesOf(SMS_OPTIONS)));
  });

  test('has commands that do what they say, one after the other', async () => {
    const commands = blocks('sh').map((text) => text.trim());
    expect(commands).toHaveLength(8);
    const http = newHttpClient();
    const sandbox = await startSandbox({
      listen,
      http,
      clock: realClock,
      newId: randomUUID,
      host: '127.0.0.1',
      port: 0,
    });
    try {
      for (const command of commands) {
        const [, ...words] = /^npx ringbook twilio (.*)$/.exec(command)?.[1]?.split(' ').toSpliced(0, 0, '') ?? [];
        const ended = await inProcess(twilio, words, { folder: repository, environment: sandbox.environment });
        expect({ command, code: ended.code, err: ended.err }).toEqual({ command, code: 0, err: '' });
        if (command.includes('numbers')) expect(ended.out).not.toMatch(/^no /);
      }
    } finally {
      await sandbox.close();
      await http.close();
    }
  });
});
