import { describe, expect, test } from 'vitest';
import { messages } from '../../src/cli/messages.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { inProcess } from './in-process.ts';
import { ANA, isHeld, isRejected, isTaken, TEXT_ID, waits, withLeftJournal } from './left-journal.ts';
import { repository } from './ringbook.ts';

const HOUR_MS = 3_600_000;
const LABELS = {
  template: 'welcome',
  tags: ['night'],
  related: ['job:4711'],
  extra: { customer: 'acme' },
  priority: 1,
};

function waitsAnHour(journal: Journal): Promise<void> {
  return waits(journal, Date.now() + HOUR_MS, LABELS);
}

describe('ringbook messages list', () => {
  test('lists each message with its event, rule and state, its number masked, and is what messages alone does', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(isRejected);
      const { code, out, err } = await command(['messages', 'list']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^WHEN +EVENT +RULE +OP +TO +STATE +ID\n/);
      expect(out).toMatch(/new-user +new-user +sms_send +\+12•••123 +rejected +1\.0\.1\.0 +not a mobile number\n/);
      expect(out).not.toContain(ANA);
      expect((await command(['messages'])).out).toBe(out);
    });
  });

  test('is a command of ringbook', async () => {
    await withLeftJournal(async ({ process, write }) => {
      await write(isRejected);
      const { code, out, err } = await process(['messages', 'list', '--state', 'rejected']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain(TEXT_ID);
    });
  });

  test.each([
    ['--state', 'waiting,unknown'],
    ['--to', ANA],
    ['--tag', 'night'],
    ['--template', 'welcome'],
    ['--related', 'job:4711'],
    ['--extra', 'customer=acme'],
    ['--resource', 'twilio_resource'],
    ['--since', '2h'],
    ['--since', '2020-01-01T00:00:00Z'],
    ['--until', '2999-01-01T00:00:00+01:00'],
  ])('%s %s finds the message that is like that', async (option, value) => {
    await withLeftJournal(async ({ command, write }) => {
      await write(waitsAnHour);
      const { code, out, err } = await command(['messages', 'list', option, value]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain(TEXT_ID);
    });
  });

  test.each([
    ['--state', 'delivered'],
    ['--to', '+12025550199'],
    ['--tag', 'day'],
    ['--template', 'other'],
    ['--related', 'job:1'],
    ['--extra', 'customer=other'],
    ['--resource', 'other'],
    ['--since', '2999-01-01T00:00:00Z'],
    ['--until', '1h'],
  ])('%s %s passes over the message that is not like that', async (option, value) => {
    await withLeftJournal(async ({ command, write }) => {
      await write(waitsAnHour);
      expect((await command(['messages', 'list', option, value])).out).toBe('no message is like that\n');
    });
  });

  test('marks what needs a person, and counts it below, whatever is listed', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(isHeld);
      const { out } = await command(['messages']);
      expect(out).toMatch(/unknown +1\.0\.1\.0 +needs a person; the answer was lost\n/);
      expect(out).toMatch(/\n1 message waits for a person: npx ringbook messages list --state unknown\n$/);
      await write((journal) => journal.finishRun('1.0', { state: 'dead', error: 'it broke off' }));
      const filtered = await command(['messages', 'list', '--state', 'delivered']);
      expect(filtered.out).toContain('1 message waits for a person');
      expect(filtered.out).toContain('1 dead run waits for a person: npx ringbook runs list --state dead');
    });
  });

  test('does not ask a person about a message whose rule went on without it', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(async (journal) => {
        await waits(journal, Date.now(), { onUnknown: 'next' });
        await journal.beginAttempt(TEXT_ID, 'lost');
        await journal.settleAttempt('lost', { kind: 'unknown', reason: 'the answer was lost' });
        await journal.recordLook(TEXT_ID);
      });
      const { out } = await command(['messages']);
      expect(out).toContain('unknown');
      expect(out).not.toContain('person');
      expect((await command(['messages', 'show', TEXT_ID])).out).toContain('its rule went on without it');
    });
  });

  test('marks what was sent again and may have arrived twice', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(async (journal) => {
        await isHeld(journal);
        await journal.sendAgain(TEXT_ID);
      });
      expect((await command(['messages'])).out).toMatch(/waiting +1\.0\.1\.0 +possible duplicate/);
    });
  });

  test('--limit lists the newest only', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(async (journal) => {
        await isRejected(journal);
        await journal.resendMessage(TEXT_ID);
      });
      const { out } = await command(['messages', 'list', '--limit', '1']);
      expect(out.trim().split('\n')).toHaveLength(2);
      expect(out).toMatch(/waiting +1\.0\.1\.0\S+ +1\.0\.1\.0 again/);
    });
  });

  test('--json has every state and attempt and what the author gave, and opens no door for callbacks', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(async (journal) => {
        await waits(journal, Date.now(), LABELS);
        await journal.beginAttempt(TEXT_ID, 'not-to-be-told');
        await journal.settleAttempt('not-to-be-told', { kind: 'unknown', reason: 'the answer was lost' });
      });
      const { out } = await command(['messages', 'list', '--json']);
      expect(out).not.toContain('not-to-be-told');
      expect(out).not.toContain(ANA);
      const [row] = JSON.parse(out) as { states: { state: string }[]; attempts: object[] }[];
      expect(row).toMatchObject({
        id: TEXT_ID,
        event: 'new-user',
        rule: 'new-user',
        to: '+12•••123',
        state: 'unknown',
        possibleDuplicate: false,
        needsPerson: true,
        ...LABELS,
      });
      expect(row?.states.map(({ state }) => state)).toEqual(['waiting', 'sending', 'unknown']);
      expect(row?.attempts).toMatchObject([{ number: 1, outcome: 'unknown' }]);
    });
  });

  test.each([
    [['list', '--state', 'wating'], 'there is no state "wating"; did you mean "waiting"?'],
    [['list', '--to', '2025550123'], '--to takes a whole number in E.164 form'],
    [['list', '--related', 'job'], '--related takes type:id'],
    [['list', '--extra', 'customer'], '--extra takes key=value'],
    [['list', '--since', 'yesterday'], '--since takes a time ago, such as 30m or 2h'],
    [['list', '--limit', '0'], '--limit takes a number from 1'],
    [['list', 'more'], '"more" is one word too many'],
    [['lsit'], 'there is no "messages lsit"; did you mean "list"?'],
    [['show'], 'show needs the id of a message; messages list shows them'],
    [['show', '1.0.1.0', '--tag', 'x'], 'show takes no --tag'],
    [['resolve', '1.0.1.0'], 'resolve takes --as sent or --as not-sent'],
    [['resolve', '1.0.1.0', '--as', 'lost'], 'resolve takes --as sent or --as not-sent, and not "lost"'],
    [['cancel', '1.0.1.0', '--url', 'nonsense'], '--url takes an address such as'],
  ])('messages %j is told how it is meant: %s', async (args, words) => {
    const { code, err } = await inProcess(messages, args, { folder: repository });
    expect(err).toContain(words);
    expect(code).toBe(2);
  });
});

describe('ringbook messages show', () => {
  test('tells of one that waits: where it comes from, and when it goes out', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(waitsAnHour);
      const { code, out, err } = await command(['messages', 'show', TEXT_ID]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('1.0.1.0  text message to +12•••123: waiting\n  Journaled, and not tried yet.\n');
      expect(out).toContain('event     new-user, id signed-up from test, 2026-11-21T10:00:00Z');
      expect(out).toContain('rule      new-user; its run 1.0 goes on');
      expect(out).toContain('op        sms_send through twilio_resource, from +34•••777');
      expect(out).toContain('about     #night, job:4711');
      expect(out).toContain('template  welcome');
      expect(out).toMatch(/Tries:\n {2}none\n/);
      expect(out).toMatch(/It is sent in \d+ min\. To call it off: npx ringbook messages cancel 1\.0\.1\.0\n/);
      expect(out).not.toContain(ANA);
    });
  });

  test('tells of one that is held what to type', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(isHeld);
      const { out } = await command(['messages', 'show', TEXT_ID]);
      expect(out).toContain('Why: the answer was lost');
      expect(out).toMatch(/1: nobody can say whether the provider took it/);
      expect(out).toContain('npx ringbook messages resolve 1.0.1.0 --as sent ');
      expect(out).toContain('npx ringbook messages resolve 1.0.1.0 --as not-sent ');
      expect(out).toContain('npx ringbook messages resend 1.0.1.0 ');
    });
  });

  test('tells of one whose fate is unknown when the provider is asked', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(async (journal) => {
        await isHeld(journal);
        await journal.sendAgain(TEXT_ID);
        await journal.beginAttempt(TEXT_ID, 'again');
        await journal.settleAttempt('again', { kind: 'unknown', reason: 'lost again' }, Date.now() + HOUR_MS);
      });
      const { out } = await command(['messages', 'show', TEXT_ID]);
      expect(out).toMatch(/The provider is asked about it in \d+ min/);
      expect(out).toContain('It may have gone out twice');
    });
  });

  test('tells of one that was refused why, and that its run failed', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write(isRejected);
      const { out } = await command(['messages', 'show', TEXT_ID]);
      expect(out).toContain('Why: not a mobile number');
      expect(out).toContain('its run 1.0 has failed: sms_send: not a mobile number');
      expect(out).toContain('1: the provider did not take it');
      expect(out).toContain('To send it again as a new message: npx ringbook messages resend 1.0.1.0');
      const asJson = await command(['messages', 'show', TEXT_ID, '--json']);
      expect(JSON.parse(asJson.out)).toMatchObject({ id: TEXT_ID, state: 'rejected', error: 'not a mobile number' });
    });
  });

  test('shows the words of one that was never sent, without the numbers in them', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write((journal) => isTaken(journal, 'debug'));
      const { out } = await command(['messages', 'show', TEXT_ID]);
      expect(out).toContain('words     "Call +12•••111\\nnow"');
      expect(out).toContain('from whom the provider sets');
      expect(out).toContain('Nothing: this is its end.');
    });
  });

  test('tells of one that no more will be heard of', async () => {
    await withLeftJournal(async ({ command, write }) => {
      await write((journal) => isTaken(journal, 'untracked'));
      const { out } = await command(['messages', 'show', TEXT_ID]);
      expect(out).toContain('Nothing: its provider tells nothing more of it.');
      expect(out).toMatch(/words +\d+ characters/);
    });
  });

  test('says that there is no such message, or no journal', async () => {
    await withLeftJournal(async ({ command, folder }) => {
      const none = await command(['messages', 'show', '7.7.7.7']);
      expect(none.code).toBe(1);
      expect(none.err).toContain('error RB0705\n  there is no message 7.7.7.7\n  help: npx ringbook messages list');
      const nowhere = await inProcess(messages, ['show', '1', '--journal', 'none.db'], { folder });
      expect(nowhere.code).toBe(1);
      expect(nowhere.err).toMatch(/error RB0703\n.*none\.db/);
    });
  });
});
