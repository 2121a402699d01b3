import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inTemporaryFolder, repository, ringbook } from './ringbook.ts';

/** A number that no example of the output has. */
const ANA = '{"username":"ana","realname":"Ana","phone":"+34611222333"}';

describe('ringbook start', () => {
  test('takes events until Ctrl-C, and tells what became of them', async () => {
    await inTemporaryFolder(async (folder) => {
      const journal = join(folder, 'journal.db');
      const host = ringbook(['start', '--port', '0', '--journal', journal]);
      const [, url = ''] = await host.printed(/web page {2}(http:\S+)\//);
      await host.printed(/compiled {2}5 rulebooks, 5 rules, 2 resources, 5 event types/);
      await host.printed(/npx ringbook emit new-user --data/);

      const emitted = await ringbook(['emit', 'new-user', '--data', ANA, '--id', 'one', '--url', url]).ended;
      expect(emitted).toMatchObject({ code: 0, err: '' });
      expect(emitted.out).toContain('accepted as event 1: 1 rule fires (id one)');
      await host.printed(/call to \+34•••555: completed/);
      await host.printed(/sms to \+34•••333: delivered/);

      const again = await ringbook(['emit', 'new-user', '--data', '-', '--id', 'one', '--url', url], { input: ANA })
        .ended;
      expect(again.out).toContain('known already as event 1: nothing is done twice');

      const listed = await ringbook(['messages', '--journal', journal]).ended;
      expect(listed.out).toMatch(/new-user +new-user +twilio_call +\+34•••555 +completed/);
      expect(listed.out).toMatch(/new-user +new-user +sms_send +\+34•••333 +delivered/);

      host.child.kill('SIGINT');
      const { code, out, err } = await host.ended;
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('stopped');
      expect(out + listed.out).not.toContain('611222333');

      const asJson = await ringbook(['messages', '--json', '--journal', journal]).ended;
      const rows = JSON.parse(asJson.out) as { state: string; to: string; states: { state: string }[] }[];
      expect(rows.map(({ state, to }) => `${to} ${state}`).toSorted()).toEqual([
        '+34•••333 delivered',
        '+34•••555 completed',
      ]);
      expect(rows[0]?.states[0]?.state).toBe('waiting');
    });
  });

  test('tells which port is in use, and leaves nothing running', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => other.once('listening', listening));
    const { port } = other.address() as AddressInfo;
    await inTemporaryFolder(async (folder) => {
      const { code, err } = await ringbook(
        ['start', '--port', String(port), '--journal', join(folder, 'j.db'), '--no-sandbox'],
        {
          environment: {
            RINGBOOK_SANDBOX_URL: 'http://127.0.0.1:9',
            RINGBOOK_SANDBOX_ACCOUNT_SID: 'AC1',
            RINGBOOK_SANDBOX_AUTH_TOKEN: 't',
          },
        },
      ).ended;
      expect(code).toBe(1);
      expect(err).toContain(`port ${port} of 127.0.0.1 is in use`);
    });
    other.close();
  });

  test('without its phone network names the credentials that are missing, and where they are asked for', async () => {
    await inTemporaryFolder(async (folder) => {
      const { code, err } = await ringbook(['start', '--port', '0', '--no-sandbox', '--journal', join(folder, 'j.db')])
        .ended;
      expect(code).toBe(1);
      expect(err).toContain('resources/twilio_resource.yml:8:12 error RB0306');
      expect(err).toContain('the environment variable RINGBOOK_SANDBOX_AUTH_TOKEN is not set');
    });
  });

  test('on a journal that another host writes names the journal', async () => {
    await inTemporaryFolder(async (folder) => {
      const args = ['start', '--port', '0', '--journal', join(folder, 'journal.db')];
      const first = ringbook(args);
      await first.printed(/Ctrl-C stops/);
      const second = await ringbook(args).ended;
      expect(second.code).toBe(1);
      expect(second.err).toContain('journal.db');
      expect(second.err).toMatch(/error RB0703/);
      first.child.kill('SIGTERM');
      expect((await first.ended).code).toBe(0);
    });
  });
});

describe('ringbook emit', () => {
  test('says where nobody listens', async () => {
    const { code, err } = await ringbook(['emit', 'new-user', '--url', 'http://127.0.0.1:9']).ended;
    expect(code).toBe(1);
    expect(err).toContain('the host at http://127.0.0.1:9 is not there');
    expect(err).toContain('npx ringbook start');
  });

  test.each([
    [['emit'], 2, 'it needs the type of the event'],
    [['emit', 'new-user', '--data', '{oops'], 1, '--data is not valid JSON'],
    [['emit', 'new-user', '--data', '@nowhere.json'], 1, 'nowhere.json cannot be read'],
    [['emit', 'new-user', '--dat', '{}'], 2, "Unknown option '--dat'"],
    [['emit', 'new-user', 'more'], 2, '"more" is one word too many'],
    [['emit', 'new-user', '--url', 'nonsense'], 2, '--url takes an address'],
  ])('%j ends with %d and says: %s', async (args, code, words) => {
    const ended = await ringbook(args).ended;
    expect(ended.err).toContain(words);
    expect(ended.code).toBe(code);
  });
});

describe('ringbook demo', () => {
  test('tells the story of one event in one process, and leaves nothing behind', async () => {
    await inTemporaryFolder(async (folder) => {
      const { code, out, err } = await ringbook(['demo'], { folder }).ended;
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/event +new-user/);
      expect(out).toMatch(/rule +new-user fires \(rulebooks\/new-user.yml:2\)/);
      expect(out).toContain('heard: "Ana has just signed up, under the user name ana."');
      expect(out).toContain('read: "Welcome, Ana! Your account ana is ready."');
      expect(out).toMatch(/-> delivered\n/);
      expect(await readdir(folder)).toEqual([]);
    });
  });
});

describe('ringbook sandbox', () => {
  test('is a network that a host of another process can use', async () => {
    await inTemporaryFolder(async (folder) => {
      const network = ringbook(['sandbox', '--port', '0']);
      await network.printed(/Ctrl-C stops/);
      const [, ...lines] = await network.printed(/export (\S+)=(\S+)\nexport (\S+)=(\S+)\nexport (\S+)=(\S+)\n/);
      const environment = { [lines[0] ?? '']: lines[1], [lines[2] ?? '']: lines[3], [lines[4] ?? '']: lines[5] };
      const host = ringbook(['start', '--port', '0', '--no-sandbox', '--journal', join(folder, 'j.db')], {
        environment,
      });
      const [, url = ''] = await host.printed(/web page {2}(http:\S+)\//);
      await ringbook(['emit', 'new-user', '--data', ANA, '--url', url]).ended;
      await host.printed(/sms to \+34•••333: delivered/);
      await network.printed(/sms to \+34•••333: delivered "Welcome, Ana! Your account ana is ready."/);
      for (const { child, ended } of [host, network]) {
        child.kill('SIGINT');
        expect((await ended).code).toBe(0);
      }
    });
  });
});

describe('ringbook', () => {
  test.each(['start', 'emit', 'check', 'messages', 'demo', 'sandbox'])(
    '%s --help shows its options and examples',
    async (command) => {
      const { code, out } = await ringbook([command, '--help']).ended;
      expect(code).toBe(0);
      expect(out).toContain(`Usage: ringbook ${command}`);
      expect(out).toMatch(/Examples:\n {2}# .+\n {2}\S/);
    },
  );

  test('lists its commands, and knows which one was meant', async () => {
    expect((await ringbook([]).ended).out).toMatch(/Commands:\n {2}start +start the host/);
    const { code, err } = await ringbook(['chekc']).ended;
    expect(code).toBe(2);
    expect(err).toContain('did you mean "check"?');
  });

  test('check ends with 0 on the examples, and with 1 and the place on a mistake', async () => {
    const fine = await ringbook(['check', 'rulebooks']).ended;
    expect(fine).toMatchObject({ code: 0, err: '', out: '5 rulebooks, 5 rules: no problems\n' });
    const wrong = await ringbook(['check', 'err/argument-missing.yml', '--project', '.'], {
      folder: join(repository, 'test/rulebook'),
    }).ended;
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain(
      'err/argument-missing.yml:2:5 error RB0106\n  Error in rulebook (compile): Required argument(s) missing for op "twilio_call": "twilio_resource"\n',
    );
    expect((await ringbook(['check', 'nowhere.yml']).ended).err).toContain(
      'nowhere.yml cannot be read: it does not exist',
    );
  });
});
