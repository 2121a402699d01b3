import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import { realClock } from '../../src/time/real.ts';
import { eventOf, launchExamples, repository, settledStory } from './network.ts';

const ANA = { username: 'ana', realname: 'Ana', phone: '+34777666555' };

test('a host takes up what another left pending, and does not repeat a send that was cut off', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ringbook-'));
  const path = join(folder, 'journal.db');
  try {
    const left = await leaveBehind(path);
    const launched = await launchExamples(path);
    try {
      await launched.host.idle();
      const untouched = await settledStory(launched, left.untouched);
      expect(untouched.runs[0]?.messages.map(({ state }) => state)).toEqual(['completed', 'delivered']);

      const cutOff = await launched.host.story(left.cutOff);
      expect(cutOff?.runs[0]?.messages.map(({ state }) => state)).toEqual(['unknown']);
      expect(cutOff?.runs[0]?.state).toBe('pending');
      expect(launched.sandbox?.phones.entries()).toHaveLength(2);
    } finally {
      await launched.stop();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** A journal as a host leaves it that is killed with one run untouched, and in the middle of a send of another. */
async function leaveBehind(path: string): Promise<{ untouched: number; cutOff: number }> {
  const { plan } = loadProject(repository, newRegistry(builtIn));
  const journal = openSqliteJournal({ path, clock: realClock });
  await journal.keepPlan(plan);
  const runs = [{ rule: 'new-user', planHash: plan.hash }];
  const cutOff = await journal.appendEvent(eventOf('new-user', ANA), runs);
  const untouched = await journal.appendEvent(eventOf('new-user', ANA), runs);
  const messageId = `${cutOff.runIds[0]}.0.0`;
  await journal.intendMessage(
    {
      id: messageId,
      runId: cutOff.runIds[0] ?? '',
      op: 'twilio_call',
      channel: 'call',
      resource: 'twilio_resource',
      to: '+34777666555',
      from: '+34666555777',
      content: { kind: 'script', script: '<Response/>' },
    },
    'cut-off',
  );
  await journal.close();
  return { untouched: untouched.eventId, cutOff: cutOff.eventId };
}
