import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import {
  ANA,
  eventually,
  isHeld,
  isRejected,
  type Left,
  newUser,
  TEXT_ID,
  WELCOME,
  waits,
  whileHostRuns,
  whileNetworkRuns,
  withLeftJournal,
} from './left-journal.ts';
import { inTemporaryFolder, repository } from './ringbook.ts';

const HOUR_MS = 3_600_000;

/** The state of a run, once it has ended. */
function endOf(left: Left, runId = '1.0'): Promise<string> {
  return eventually(async () => {
    const { out } = await left.command(['runs', 'show', runId, '--json']);
    const { state } = JSON.parse(out) as { state: string };
    return state === 'pending' ? undefined : state;
  });
}

async function stateOf(left: Left, id: string): Promise<string> {
  const { out } = await left.command(['messages', 'show', id, '--json']);
  return (JSON.parse(out) as { state: string }).state;
}

/** What the phone of Ana got. */
function textsTo(network: Sandbox | undefined, number: string): readonly string[] {
  return (network?.phones.entries() ?? []).filter(({ to }) => to === number).map(({ words }) => words);
}

describe('with a host that runs', () => {
  test('resolve --as sent lets the rule go on that waited for it', async () => {
    await withLeftJournal(async (left) => {
      await left.write(isHeld);
      await whileHostRuns(left, async ({ host, sandbox }) => {
        await host.idle();
        expect(await left.command(['messages', 'resolve', TEXT_ID, '--as', 'sent'])).toEqual({
          code: 0,
          err: '',
          out: '1.0.1.0 to +12•••123 is resolved: it is accepted\n',
        });
        expect(await endOf(left)).toBe('done');
        expect(textsTo(sandbox, ANA)).toEqual([]);
      });
    });
  });

  test('resolve --as not-sent fails the rule, and runs resume sends it then', async () => {
    await withLeftJournal(async (left) => {
      await left.write(isHeld);
      await whileHostRuns(left, async ({ host, sandbox }) => {
        await host.idle();
        await left.command(['messages', 'resolve', TEXT_ID, '--as', 'not-sent']);
        expect(await endOf(left)).toBe('failed');
        expect(await stateOf(left, TEXT_ID)).toBe('rejected');
        const resumed = await left.command(['runs', 'resume', '1.0']);
        expect(resumed).toEqual({ code: 0, err: '', out: 'run 1.0 goes on after its last step that was done\n' });
        expect(await endOf(left)).toBe('done');
        expect(textsTo(sandbox, ANA)).toHaveLength(1);
      });
    });
  });

  test('resend of one whose fate is unknown sends it itself, as a possible duplicate', async () => {
    await withLeftJournal(async (left) => {
      await left.write(isHeld);
      await whileHostRuns(left, async ({ host, sandbox }) => {
        await host.idle();
        const { code, out } = await left.command(['messages', 'resend', TEXT_ID]);
        expect({ code, out }).toEqual({ code: 0, out: '1.0.1.0 to +12•••123 is sent again: it is accepted\n' });
        expect(await endOf(left)).toBe('done');
        expect(textsTo(sandbox, ANA)).toHaveLength(1);
        expect((await left.command(['messages', 'list', '--to', ANA])).out).toContain('possible duplicate');
      });
    });
  });

  test('resend of one that ended badly sends a new message; twice is once', async () => {
    await withLeftJournal(async (left) => {
      await left.write(isRejected);
      await whileHostRuns(left, async ({ sandbox }) => {
        const { code, out } = await left.command(['messages', 'resend', TEXT_ID]);
        expect(code).toBe(0);
        expect(out).toMatch(/1\.0\.1\.0\S* to \+12•••123 is sent again as 1\.0\.1\.0\+1, which is accepted\n/);
        const again = await left.command(['messages', 'resend', TEXT_ID]);
        expect(again.code).toBe(1);
        expect(again.err).toContain('error RB0705');
        expect(textsTo(sandbox, ANA)).toHaveLength(1);
      });
    });
  });

  test('cancel calls off what waits, and its rule is told', async () => {
    await withLeftJournal(async (left) => {
      await left.write((journal) => waits(journal, Date.now() + HOUR_MS));
      await whileHostRuns(left, async ({ host, sandbox }) => {
        await host.idle();
        expect((await left.command(['messages', 'cancel', TEXT_ID])).out).toBe(
          '1.0.1.0 to +12•••123 is called off: it does not go out\n',
        );
        expect(await endOf(left)).toBe('failed');
        expect((await left.command(['runs', 'show', '1.0'])).out).toContain('was called off');
        const again = await left.command(['messages', 'cancel', TEXT_ID]);
        expect(again.code).toBe(1);
        expect(again.err).toContain('error RB0705\n  the message is canceled: it cannot be called off any more');
        expect(textsTo(sandbox, ANA)).toEqual([]);
      });
    });
  });

  test('cancel does not say of one that may have gone out that it was called off', async () => {
    await withLeftJournal(async (left) => {
      await left.write(isHeld);
      await whileHostRuns(left, async () => {
        const { code, err } = await left.command(['messages', 'cancel', TEXT_ID]);
        expect(code).toBe(1);
        expect(err).toContain('the message is unknown: it may have gone out; say which with resolve');
        expect(await stateOf(left, TEXT_ID)).toBe('unknown');
      });
    });
  });

  test('check finds at the provider what was held', async () => {
    await withLeftJournal(async (left) => {
      await left.write(isHeld);
      await whileHostRuns(left, async ({ host, sandbox }) => {
        await host.idle();
        expect((await left.command(['messages', 'check'])).out).toContain('1 message on the way: 0 moved, 1 did not\n');
        if (!sandbox) throw new Error('there is no network');
        const sent = await fetch(`${sandbox.url}/2010-04-01/Accounts/${sandbox.accountSid}/Messages.json`, {
          method: 'POST',
          headers: {
            authorization: `Basic ${Buffer.from(`${sandbox.accountSid}:${sandbox.authToken}`).toString('base64')}`,
            'content-type': 'application/x-www-form-urlencoded',
          },
          body: new URLSearchParams({ To: ANA, From: '+34666555777', Body: WELCOME }),
        });
        expect(sent.status).toBe(201);
        const { code, out } = await left.command(['messages', 'check']);
        expect(code).toBe(0);
        expect(out).toMatch(/1\.0\.1\.0 +\+12•••123 +accepted\n/);
        expect(out).toContain('1 message on the way: 1 moved, 0 did not\n');
        expect(await endOf(left)).toBe('done');
      });
    });
  });

  test('check brings what no callback brought, and the rules about it fire', async () => {
    await inTemporaryFolder(async (project) => {
      await mkdir(join(project, 'rulebooks'));
      for (const part of ['resources', 'schemas', 'rulebooks/new-user.yml'])
        await cp(join(repository, part), join(project, part), { recursive: true });
      await writeFile(join(project, 'rulebooks/told.yml'), 'on: message.delivered\ndo:\n  - log: it arrived\n');
      await withLeftJournal(async (left) => {
        await left.write(isRejected);
        const check = async ({ sandbox }: Launched): Promise<void> => {
          sandbox?.faults.add({ fault: { kind: 'callback-lost' } });
          await left.command(['messages', 'resend', TEXT_ID]);
          await eventually(async () =>
            sandbox?.phones.entries().some(({ to, state }) => to === ANA && state === 'delivered') ? true : undefined,
          );
          expect(await stateOf(left, `${TEXT_ID}+1`)).toBe('accepted');
          const { code, out, err } = await left.command(['messages', 'check']);
          expect({ code, err }).toEqual({ code: 0, err: '' });
          expect(out).toMatch(/1\.0\.1\.0\+1 +\+12•••123 +delivered\n/);
          expect(await endOf(left, '2.0')).toBe('done');
          expect((await left.command(['runs'])).out).toMatch(/message\.delivered +told +done/);
        };
        await whileHostRuns(left, check, project);
      }, project);
    });
  });

  test('send says that nothing is due where the host has sent it all', async () => {
    await withLeftJournal(async (left) => {
      await whileHostRuns(left, async () => {
        expect(await endOf(left)).toBe('done');
        expect(await left.command(['messages', 'send'])).toEqual({ code: 0, err: '', out: 'nothing is due\n' });
      });
    });
  });

  test('no page of another site may act', async () => {
    await withLeftJournal(async (left) => {
      await left.write((journal) => waits(journal, Date.now() + HOUR_MS));
      await whileHostRuns(left, async ({ host }) => {
        const headers = { origin: 'https://elsewhere.example' };
        const doors = [`messages/${TEXT_ID}/cancel`, 'messages/send', 'messages/check', 'runs/1.0/resume'];
        for (const door of doors) {
          expect((await fetch(`${host.url}/${door}`, { method: 'POST', headers })).status).toBe(403);
        }
        expect(await stateOf(left, TEXT_ID)).toBe('waiting');
      });
    });
  });
});

describe('without a host', () => {
  test('resend sends this one message, and leaves all else to the next host', async () => {
    await withLeftJournal(async (left) => {
      await left.write(async (journal) => {
        await isRejected(journal);
        const plan = (await journal.run('1.0'))?.planHash ?? '';
        await journal.appendEvent(newUser(), [{ rule: 'new-user', planHash: plan }]);
      });
      await whileNetworkRuns(async (network) => {
        const { code, out, err } = await left.command(['messages', 'resend', TEXT_ID], network.environment);
        expect({ code, err }).toEqual({ code: 0, err: '' });
        expect(out).toContain('is sent again as 1.0.1.0+1, which is accepted');
        expect(out).toContain('No host runs');
        expect(network.phones.entries().map(({ to }) => to)).toEqual([ANA]);
        expect((await left.command(['runs', 'list', '--state', 'pending'])).out).toContain('2.0');
      });
    });
  });

  test('cancel gets ahead of a message that is due', async () => {
    await withLeftJournal(async (left) => {
      await left.write((journal) => waits(journal, Date.now() - 1));
      await whileNetworkRuns(async (network) => {
        const { code } = await left.command(['messages', 'cancel', TEXT_ID], network.environment);
        expect(code).toBe(0);
        expect(await stateOf(left, TEXT_ID)).toBe('canceled');
        expect(network.phones.entries()).toEqual([]);
      });
    });
  });

  test('resolve settles it, and runs resume makes its run due', async () => {
    await withLeftJournal(async (left) => {
      await left.write(isHeld);
      await whileNetworkRuns(async (network) => {
        const act = (...args: readonly string[]) => left.command(args, network.environment);
        expect((await act('messages', 'resolve', TEXT_ID, '--as', 'not-sent')).out).toContain('it is rejected');
        await left.write((journal) => journal.finishRun('1.0', { state: 'dead', error: 'it broke off 5 times' }));
        const resumed = await act('runs', 'resume', '1.0');
        expect(resumed).toMatchObject({ code: 0, err: '' });
        expect(resumed.out).toContain('once a host runs: npx ringbook start');
        expect((await left.command(['runs', 'list', '--state', 'pending'])).out).toContain('1.0');
      });
    });
  });

  test('send sends what is due, and says how each fared', async () => {
    await withLeftJournal(async (left) => {
      await left.write((journal) => waits(journal, Date.now() - 1));
      await whileNetworkRuns(async (network) => {
        const { code, out } = await left.command(['messages', 'send'], network.environment);
        expect(code).toBe(0);
        expect(out).toMatch(/^1\.0\.1\.0 +\+12•••123 +accepted\n/);
        expect(textsTo(network, ANA)).toHaveLength(1);
        expect((await left.command(['messages', 'send'], network.environment)).out).toContain('nothing is due');
      });
    });
  });

  test('check asks the provider, and says whom it could not ask', async () => {
    await withLeftJournal(async (left) => {
      await left.write((journal) => waits(journal, Date.now() - 1));
      let environment: object = {};
      await whileNetworkRuns(async (network) => {
        environment = network.environment;
        await left.command(['messages', 'send'], environment);
        await eventually(async () => (network.phones.entries()[0]?.state === 'delivered' ? true : undefined));
        const { code, out } = await left.command(['messages', 'check'], environment);
        expect({ code, out }).toMatchObject({ code: 0 });
        expect(out).toMatch(/1\.0\.1\.0 +\+12•••123 +delivered\n/);
        await left.write(isSentAgainFrom);
      });
      const { code, err, out } = await left.command(['messages', 'check'], environment);
      expect(code).toBe(1);
      expect(err).toMatch(/1\.0\.1\.1 could not be asked about: Twilio could not be asked/);
      expect(out).toContain('1 message on the way: 0 moved, 0 did not');
    });
  });

  test('a project whose credentials are not there says which', async () => {
    await withLeftJournal(async (left) => {
      const { code, err } = await left.command(['messages', 'cancel', TEXT_ID]);
      expect(code).toBe(1);
      expect(err).toContain('error RB0306');
      expect(err).toContain('RINGBOOK_SANDBOX_AUTH_TOKEN is not set');
    });
  });
});

/** A second message, which the provider took under an id. */
async function isSentAgainFrom(journal: Parameters<Parameters<Left['write']>[0]>[0]): Promise<void> {
  const first = await journal.message(TEXT_ID);
  if (!first) throw new Error('the first message is gone');
  const { runId, op, channel, resource, to, from, content } = first;
  await journal.intendMessage({ id: '1.0.1.1', runId, op, channel, resource, to, from, content }, 'second');
  await journal.settleAttempt('second', { kind: 'accepted', providerId: 'SM2', answer: {} });
}

describe('a host that cannot be reached', () => {
  test('where the journal is in use, and its host does not answer, --url is asked for', async () => {
    await withLeftJournal(async (left) => {
      await whileHostRuns(left, async () => {
        await writeFile(`${left.journal}-host`, 'http://127.0.0.1:9\n');
        const { code, err } = await left.command(['messages', 'cancel', TEXT_ID]);
        expect(code).toBe(1);
        expect(err).toContain('error RB0704\n  the host at http://127.0.0.1:9 is not there');
        expect(err).toContain('say where it listens with --url');
      });
    });
  });

  test('--url asks that host, and no other', async () => {
    await withLeftJournal(async (left) => {
      await left.write((journal) => waits(journal, Date.now() + HOUR_MS));
      await whileHostRuns(left, async ({ host }) => {
        const wrong = await left.command(['messages', 'cancel', TEXT_ID, '--url', 'http://127.0.0.1:9']);
        expect(wrong.err).toContain('error RB0704\n  the host at http://127.0.0.1:9 is not there');
        expect((await left.command(['messages', 'cancel', TEXT_ID, '--url', host.url])).code).toBe(0);
      });
    });
  });

  test('what is no Ringbook host is told from one that is not there', async () => {
    const other = createServer((_, response) => void response.end('<html>')).listen(0, '127.0.0.1');
    await new Promise((listening) => other.once('listening', listening));
    const { port } = other.address() as AddressInfo;
    await withLeftJournal(async (left) => {
      for (const verb of [['send'], ['check']]) {
        const { code, err } = await left.command(['messages', ...verb, '--url', `http://127.0.0.1:${port}`]);
        expect(code).toBe(1);
        expect(err).toContain('answers with something that no Ringbook host says');
      }
    });
    other.close();
  });

  test('the note of where a host listens goes with it', async () => {
    await withLeftJournal(async (left) => {
      await whileHostRuns(left, async () => {
        expect(await readdir(left.folder)).toContain('journal.db-host');
      });
      expect(await readdir(left.folder)).not.toContain('journal.db-host');
    });
  });
});
