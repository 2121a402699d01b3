import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { checkSafety, safetyNet } from '../../src/safety.ts';
import { isRejected, TEXT_ID, withLeftJournal } from './left-journal.ts';
import { inTemporaryFolder, repository } from './ringbook.ts';

const document = readFileSync(join(repository, 'docs/operating.md'), 'utf8');
const [, settings = ''] = /```yaml\n(force_recipient[^]*?)```/.exec(document) ?? [];

test('the settings of docs/operating.md make a net, once their variable is set', () => {
  const { config, problems } = readConfig({ file: 'ringbook.yml', text: settings });
  expect([...problems, ...checkSafety(config)]).toEqual([]);
  expect(safetyNet(config, {}).problems.map(({ code }) => code)).toEqual(['RB0306']);
  expect(safetyNet(config, { STAGING_PHONE: '+12025550177' })).toEqual({
    net: { forced: '+12025550177', allowed: ['+34666555', '+12025550177'] },
    problems: [],
  });
});

test.each([[['messages']], [['messages', 'show', TEXT_ID]], [['runs']], [['runs', 'show', '1.0']]])(
  '%s says first that all sends go to one number, and not in full',
  async (args) => {
    await inTemporaryFolder(async (project) => {
      for (const part of ['resources', 'schemas', 'rulebooks'])
        cpSync(join(repository, part), join(project, part), { recursive: true });
      writeFileSync(join(project, 'ringbook.yml'), `force_recipient: '${FORCED}'\n`);
      await withLeftJournal(async ({ command, write }) => {
        await write((journal) => isRejected(journal));
        const { code, out } = await command(args);
        expect(code).toBe(0);
        expect(out.split('\n').slice(0, 2)).toEqual(['all sends go to +12•••177 (force_recipient)', '']);
        expect(out).not.toContain(FORCED);
      }, project);
    });
  },
);

test('a list says whom a message was sent to in place of the one it is for', async () => {
  await withLeftJournal(async ({ command, write }) => {
    await write(async (journal) => {
      await isRejected(journal);
      const way = { resource: 'twilio_resource', to: FORCED, from: '+34666555777' };
      const again = await journal.resendMessage(TEXT_ID);
      await journal.beginAttempt(again?.id ?? '', 'a9', way);
      await journal.settleAttempt('a9', { kind: 'accepted', providerId: 'SM9', answer: {} });
    });
    const { out } = await command(['messages', 'list', '--to', FORCED]);
    expect(out).toMatch(/\+12•••123 +accepted +1\.0\.1\.0\+1 +sent to \+12•••177/);
    const json: unknown = JSON.parse((await command(['messages', 'list', '--json', '--to', FORCED])).out);
    expect(json).toMatchObject([{ to: '+12•••123', sentTo: '+12•••177' }]);
    expect((await command(['messages', 'show', `${TEXT_ID}+1`])).out).toMatch(/sent to +\+12•••177 in its place/);
  });
});

const FORCED = '+12025550177';
