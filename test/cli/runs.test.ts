import { describe, expect, test } from 'vitest';
import { runs } from '../../src/cli/runs.ts';
import { inProcess } from './in-process.ts';
import { ANA, eventually, isHeld, isRejected, newUser, waits, whileHostRuns, withLeftJournal } from './left-journal.ts';
import { repository } from './ringbook.ts';

describe('ringbook runs list', () => {
  test('lists each run with its event, rule and state, and why it stopped; it is what runs alone does', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(isRejected);
      const { code, out, err } = await command(['runs', 'list']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^WHEN +EVENT +RULE +STATE +ID\n/);
      expect(out).toMatch(/2026-11-21 10:00:00 +new-user +new-user +failed +1\.0 +sms_send: not a mobile number\n/);
      expect((await command(['runs'])).out).toBe(out);
    });
  });

  test('is a command of ringbook', async () => {
    await withLeftJournal(async ({ process }) => {
      const { code, out, err } = await process(['runs', 'list', '--state', 'pending']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('1.0');
    });
  });

  test('--state lists dead letters only, --limit the newest only', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(async (journal) => {
        const plan = (await journal.run('1.0'))?.planHash ?? '';
        await journal.appendEvent(newUser(), [{ rule: 'new-user', planHash: plan }]);
        await journal.finishRun('1.0', { state: 'dead', error: 'it broke off 5 times' });
      });
      const dead = await command(['runs', 'list', '--state', 'dead,failed']);
      expect(dead.out).toMatch(/dead +1\.0 +it broke off 5 times/);
      expect(dead.out).not.toContain('2.0');
      expect((await command(['runs', 'list', '--limit', '1'])).out).not.toContain('1.0');
      expect((await command(['runs', 'list', '--state', 'done'])).out).toBe('no run is like that\n');
    });
  });

  test('--json is for scripts, and has no data of events', async () => {
    await withLeftJournal(async ({ command }) => {
      const { out } = await command(['runs', 'list', '--json']);
      expect(JSON.parse(out)).toMatchObject([
        { id: '1.0', rule: 'new-user', state: 'pending', event: { type: 'new-user', id: 'signed-up', source: 'test' } },
      ]);
      expect(out).not.toContain(ANA);
    });
  });

  test.each([
    [['list', '--state', 'ded'], 'there is no state "ded"; did you mean "dead"?'],
    [['resume'], 'resume needs the id of a run; runs list shows them'],
    [['resume', '1.0', '--json'], 'resume takes no --json'],
    [['restart', '1.0'], 'there is no "runs restart"; '],
  ])('runs %j is told how it is meant: %s', async (args, words) => {
    const { code, err } = await inProcess(runs, args, { folder: repository });
    expect(err).toContain(words);
    expect(code).toBe(2);
  });
});

describe('ringbook runs show', () => {
  test('tells its event, its steps and messages, and why it failed; of the data the names alone', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(isRejected);
      const { code, out, err } = await command(['runs', 'show', '1.0']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('1.0  rule new-user: failed\n');
      expect(out).toContain('Why: sms_send: not a mobile number');
      expect(out).toContain('event     new-user, id signed-up from test, 2026-11-21T10:00:00Z');
      expect(out).toContain('data      username, realname, phone (values: --json)');
      expect(out).toContain('  0  twilio_call  {"sid":"CA1","to":"+12•••111"}\n');
      expect(out).toMatch(/1\.0\.1\.0 +sms_send +\+12•••123 +rejected +not a mobile number/);
      expect(out).toContain('npx ringbook runs resume 1.0');
      expect(out).not.toContain(ANA);
    });
  });

  test('--json has the data of the event too', async () => {
    await withLeftJournal(async ({ command }) => {
      const { out } = await command(['runs', 'show', '1.0', '--json']);
      expect(JSON.parse(out)).toMatchObject({
        id: '1.0',
        data: { username: 'ana', phone: ANA },
        steps: [{ path: '0', op: 'twilio_call' }],
        messages: [],
      });
    });
  });

  test('of one that waits tells for what', async () => {
    await withLeftJournal(async (left) => {
      await left.write(isHeld);
      await whileHostRuns(left, async ({ host }) => {
        await host.idle();
        const shown = await eventually(async () => {
          const { out } = await left.command(['runs', 'show', '1.0']);
          return out.includes('It waits') ? out : undefined;
        });
        expect(shown).toContain('It waits, and goes on once a message of it is resolved.');
      });
    });
    await withLeftJournal(async (left) => {
      await left.write((journal) => waits(journal, Date.now() + 3_600_000));
      await whileHostRuns(left, async ({ host }) => {
        await host.idle();
        const shown = await eventually(async () => {
          const { out } = await left.command(['runs', 'show', '1.0']);
          return out.includes('It waits') ? out : undefined;
        });
        expect(shown).toMatch(/It waits, and goes on in \d+ min\./);
      });
    });
  });

  test('says that there is no such run', async () => {
    await withLeftJournal(async ({ command }) => {
      const { code, err } = await command(['runs', 'show', '9.9']);
      expect(code).toBe(1);
      expect(err).toContain('error RB0705\n  there is no run 9.9');
    });
  });
});

describe('ringbook runs resume', () => {
  test('does not resume what has not failed', async () => {
    await withLeftJournal(async (left) => {
      await whileHostRuns(left, async () => {
        const { code, err } = await left.command(['runs', 'resume', '9.9']);
        expect(code).toBe(1);
        expect(err).toContain('error RB0705\n  run 9.9 has not failed, or is not there');
      });
    });
  });

  test('lets one go on that is dead', async () => {
    await withLeftJournal(async (left) => {
      await left.write((journal) => journal.finishRun('1.0', { state: 'dead', error: 'it broke off 5 times' }));
      await whileHostRuns(left, async () => {
        expect((await left.process(['runs', 'resume', '1.0'])).code).toBe(0);
        await eventually(async () =>
          (await left.command(['runs', 'list', '--state', 'done'])).out.includes('1.0') ? true : undefined,
        );
      });
    });
  });
});
