/** The plugin of test/plugins/example as its user has it: named in ringbook.yml, loaded from its folder. */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Launched, launch } from '../../src/cli/launch.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { loadProject } from '../../src/project.ts';
import { registryOf } from '../../src/registry-of.ts';
import { reply, startWire, type Wire } from '../../src/testing/provider-wire.ts';
import { repository, ringbook } from '../cli/ringbook.ts';
import { idIn, json, statusOf } from '../plugins/example/wire.ts';

const PLUGIN = join(repository, 'test/plugins/example');
const RULEBOOK = `
on: pigeon.landed
do:
  - credit = pigeon_credit:
      resource: pigeon
      at_least: 1
  - sms_send:
      resource: pigeon
      to: \${phone}
      body: \${credit.left} left, \${name}
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringbook-'));
  await write('ringbook.yml', `plugins:\n  - ${relative(folder, PLUGIN)}\n`);
  await write('resources/pigeon.yml', PIGEON);
  await write('resources/loft.yml', 'class: PigeonLoft\nsocket: ${env.SOCKET}\n');
  await write('rulebooks/landing.yml', RULEBOOK);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const PIGEON = "class: PigeonConfig\nurl: ${env.URL}\ntoken: ${env.TOKEN}\nloft: '+12025550199'\n";

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

describe('a rulebook with an op, a class and a source of a plugin', () => {
  const problems = async (): Promise<string> => pretty(loadProject(folder, await registryOf(folder)).problems, false);

  test('compiles without a word', async () => {
    expect(await problems()).toBe('');
  });

  test('is held against the schemas of the plugin', async () => {
    await write('rulebooks/landing.yml', RULEBOOK.replace('at_least: 1', "at_least: 'many'\n      colour: grey"));
    await write('resources/pigeon.yml', `${PIGEON}wings: 2\n`);
    await expect(`${await problems()}\n`).toMatchFileSnapshot('golden/example.txt');
  });

  test('is checked by the command as well, which loads the plugin as Node does', async () => {
    const { code, out, err } = await ringbook(['check'], { folder }).ended;
    expect([code, out, err]).toEqual([0, '1 rulebook, 1 rule: no problems\n', '']);
  });

  test('is shown with the others by the commands that show ops', async () => {
    const { out } = await ringbook(['ops', 'pigeon_credit'], { folder }).ended;
    expect(out).toContain('pigeon_credit  (plugin pigeon)');
    const schema = await ringbook(['schema'], { folder }).ended;
    expect(JSON.parse(schema.out).$defs).toHaveProperty(['op.pigeon_credit']);
  });
});

describe('a host with a source of events', () => {
  let pigeon: Wire;
  let launched: Launched | undefined;
  let troubles: string[];
  const socketPath = (): string => join(folder, 'loft.sock');

  beforeEach(async () => {
    const taken: string[] = [];
    pigeon = await startWire((response, request) => {
      if (request.path === '/credit') return reply(response, json(200, { left: 7 }));
      if (request.method === 'GET') {
        return reply(
          response,
          statusOf(
            request,
            taken.map((providerId) => ({ providerId, status: 'landed' })),
          ),
        );
      }
      taken.push(idIn(request.body));
      return reply(response, json(202, { id: idIn(request.body) }));
    });
    launched = await start();
  });

  afterEach(async () => {
    await launched?.stop();
    await pigeon[Symbol.asyncDispose]();
  });

  async function start(journalPath = ':memory:'): Promise<Launched> {
    const registry = await registryOf(folder);
    const environment = { URL: pigeon.url, TOKEN: 'the-token-of-the-loft', SOCKET: socketPath() };
    const started = await launch({
      project: loadProject(folder, registry),
      registry,
      journalPath,
      port: 0,
      environment,
    });
    troubles = [];
    started.host.bus.on('trouble', (what) => troubles.push(what));
    return started;
  }

  /** Brings events, and gives back what was answered to each. */
  async function bring(...events: readonly object[]): Promise<readonly string[]> {
    const socket = await open();
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const answers = [];
    for (const one of events) {
      socket.write(`${JSON.stringify(one)}\n`);
      answers.push(String((await lines.next()).value));
    }
    socket.destroy();
    return answers;
  }

  /** The source listens a moment after the host does. */
  const open = (): Promise<Socket> =>
    vi.waitFor(async () => {
      const socket = connect(socketPath());
      await once(socket, 'connect');
      return socket;
    });

  test('sends a text through the provider of the plugin for an event that it brings', async () => {
    expect(await bring(event('1'))).toEqual(['taken 1']);
    await launched?.host.idle();
    const texts = pigeon.received.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body));
    expect(texts).toEqual([{ id: expect.any(String), to: '+12025550123', from: '+12025550199', text: '7 left, Ana' }]);
    expect(troubles).toEqual([]);
  });

  test('takes the same event once, and says so', async () => {
    expect(await bring(event('1'), event('1'), event('2'))).toEqual([
      'taken 1',
      'known 1',
      expect.stringMatching(/^taken \d+$/),
    ]);
  });

  test('tells the source why an event is refused, as the door does', async () => {
    const { data, ...rest } = event('1');
    expect(await bring({ ...rest, data: { name: 'Ana' } }, { ...rest, type: 'landed', data }, { id: '1' })).toEqual([
      'refused data.phone is missing',
      expect.stringMatching(/^refused no schema and no rule knows the event type landed/),
      expect.stringMatching(/^refused .*specversion/),
    ]);
  });

  test('stops with the source, which gives back its socket', async () => {
    const socket = await open();
    const closed = once(socket, 'close');
    socket.resume();
    await launched?.stop();
    await closed;
    expect(troubles).toEqual([]);
    launched = await start();
    expect(await bring(event('1'))).toEqual(['taken 1']);
  });
});

function event(id: string) {
  const data = { phone: '+12025550123', name: 'Ana' };
  return { specversion: '1.0', id, source: 'loft', type: 'pigeon.landed', data };
}
