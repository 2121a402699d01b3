import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ENDPOINTS } from '../../src/sandbox/api/api.ts';
import { repository } from '../cli/ringbook.ts';
import { openApi } from '../sandbox/books.ts';
import { FROM, openSandbox, TO } from '../sandbox/network.ts';

const run = promisify(execFile);
const document = await readFile(join(repository, 'docs/sandbox.md'), 'utf8');
const commands = [...document.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

/** The rows of the tables under a heading, without the heads. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, text = ''] = document.split(`## ${heading}\n`);
  const rows = (text.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/sandbox.md', () => {
  test('has commands that do what they say, one after the other', async () => {
    expect(commands).toHaveLength(8);
    const { sandbox } = await openSandbox();
    for (const command of commands) {
      const { stdout } = await run('sh', ['-c', command.replaceAll('curl ', 'curl -sf ')], {
        env: { ...process.env, ...sandbox.environment },
      });
      if (command.includes('"times": 1')) {
        expect(sandbox.faults.list()).toEqual([{ fault: { kind: 'busy' }, number: TO, times: 1 }]);
      } else if (command.includes('DELETE')) expect(sandbox.faults.list()).toEqual([]);
      else if (command.includes('Messages.json')) expect(JSON.parse(stdout)).toMatchObject({ body: 'Hello' });
    }
    expect(sandbox.phones.people().get(TO)).toEqual({ answers: 'itself', presses: ['1', '2#'] });
    expect(sandbox.phones.entries().some(({ words, from }) => words === 'STOP' && from === TO)).toBe(true);
  });

  test('names every kind of fault', async () => {
    const schema: { properties: { fault: { properties: { kind: { enum: string[] } } } } } = JSON.parse(
      await readFile(join(repository, 'schemas/sandbox/fault.json'), 'utf8'),
    );
    const named = rowsUnder('Faults').flatMap(([kinds = '']) =>
      [...kinds.replaceAll(/\(.*?\)/g, '').matchAll(/`([\w-]+)`/g)].map((match) => match[1]),
    );
    expect(new Set(named)).toEqual(new Set(schema.properties.fault.properties.kind.enum));
  });

  test('has the errors that the magic numbers bring up', async () => {
    const { client } = await openApi();
    let place = '';
    for (const [where, number = '', code] of rowsUnder('Magic numbers')) {
      place = where || place;
      const magic = number.replaceAll('`', '');
      const message = { to: TO, from: FROM, body: 'x' };
      const call = { to: TO, from: FROM, twiml: '<Response/>' };
      const asked: Record<string, () => Promise<unknown>> = {
        '`From` of a message': () => client.messages.create({ ...message, from: magic }),
        '`To` of a message': () => client.messages.create({ ...message, to: magic }),
        '`From` of a call': () => client.calls.create({ ...call, from: magic }),
        '`To` of a call': () => client.calls.create({ ...call, to: magic }),
        '`PhoneNumber` that is bought': () => client.incomingPhoneNumbers.create({ phoneNumber: magic }),
        '`AreaCode` that is bought': () => client.incomingPhoneNumbers.create({ areaCode: magic }),
      };
      await expect(asked[place]?.(), `${place} ${magic}`).rejects.toMatchObject({ code: Number(code) });
    }
    expect(rowsUnder('Magic numbers')).toHaveLength(16);
  });

  test('names every resource, each with what can be done', () => {
    const there = new Set(
      ENDPOINTS.filter(({ path }) => path.startsWith(IN_ACCOUNT)).map(
        ({ method, path }) => `${method} ${path.slice(IN_ACCOUNT.length).replaceAll(/:\w+/g, ':')}`,
      ),
    );
    const told = rowsUnder('What can be asked').flatMap(([name = '', does = '']) =>
      pathsOf(name.replaceAll('`', '')).flatMap((path) =>
        does.split(', ').map((verb) => {
          const [method = '', end = ''] = VERBS[verb] ?? [];
          return `${method} ${path}${end}`;
        }),
      ),
    );
    expect(new Set(told)).toEqual(there);
  });
});

const IN_ACCOUNT = 'Accounts/:account/';

const VERBS: Readonly<Record<string, readonly [method: string, end: string]>> = {
  list: ['GET', ''],
  create: ['POST', ''],
  fetch: ['GET', '/:'],
  update: ['POST', '/:'],
  delete: ['DELETE', '/:'],
};

/** Numbers to buy have one path for all types, bought ones a path for each. */
function pathsOf(name: string): readonly string[] {
  const types = name.startsWith('Incoming') ? ['Local', 'TollFree', 'Mobile'] : [':'];
  const path = name.replace('{US,CA,GB}', ':').replaceAll('{sid}', ':');
  return path.includes('{') ? types.map((type) => path.replace('{Local,TollFree,Mobile}', type)) : [path];
}
