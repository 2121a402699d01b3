/** The part of a journal's contract that is about messages which are said once only about the same object. */
import { describe, expect, it } from 'vitest';
import type { Journal, NewMessage } from '../journal/journal.ts';
import type { SendOptions } from '../message/message.ts';
import type { Opened } from './journal-opened.ts';
import { ACCEPTED, appendOne, draftOf, REJECTED, UNKNOWN } from './journal-values.ts';

const ONCE = { template: 'job-failed', related: ['job:1', 'team:ops'], oncePerRelated: true } as const;

export function onceContract(opened: Opened): void {
  describe('messages that are said once', () => {
    /** Takes a message on, with an attempt under way, where it is taken on. */
    const intend = async (id: string, options: SendOptions, changes: Partial<NewMessage> = {}) =>
      opened.journal.intendMessage({ ...draftOf(await runOf(opened.journal)), id, options, ...changes }, `of ${id}`);
    const taken = async (): Promise<readonly string[]> =>
      (await opened.journal.messages(10)).map(({ id }) => id).toReversed();

    it('are not taken on where their template has said it about one of the same objects', async () => {
      await intend('a', { ...ONCE, related: ['job:7', 'team:ops'] });
      await intend('b', { ...ONCE, related: ['job:2'] });
      expect(await intend('c', ONCE)).toMatchObject({ isNew: false, message: { id: 'a', state: 'sending' } });
      expect(await taken()).toEqual(['a', 'b']);
      expect(await opened.journal.message('c')).toBeUndefined();
      expect(await opened.journal.messageOfAttempt('of c')).toBeUndefined();
    });

    it('are measured against what did not ask to be said once, too', async () => {
      await intend('a', { template: 'job-failed', related: ['job:1'] });
      expect(await intend('b', ONCE)).toMatchObject({ isNew: false, message: { id: 'a' } });
      expect(await intend('c', { template: 'job-failed', related: ['job:1'] })).toMatchObject({ isNew: true });
    });

    it.each<[string, SendOptions, Partial<NewMessage>]>([
      ['of another template', { ...ONCE, template: 'job-ended' }, {}],
      ['of no template', { related: ['job:1'] }, {}],
      ['about another object', { ...ONCE, related: ['job:11', 'job:2'] }, {}],
      ['that has these words as its tags', { template: 'job-failed', tags: ['job:1'] }, {}],
      ['about nothing', { template: 'job-failed' }, {}],
      ['of another op', ONCE, { op: 'twilio_call', channel: 'call' }],
    ])('are taken on beside a message %s', async (_, options, changes) => {
      await intend('a', options, changes);
      expect(await intend('b', ONCE)).toMatchObject({ isNew: true, message: { id: 'b', state: 'sending' } });
    });

    it('are taken on where what was said before was rejected, and not where its fate is unknown', async () => {
      await intend('a', ONCE);
      await opened.journal.settleAttempt('of a', REJECTED);
      expect(await intend('b', ONCE)).toMatchObject({ isNew: true });
      await opened.journal.settleAttempt('of b', UNKNOWN, 9_000_000_000_000);
      expect(await intend('c', ONCE)).toMatchObject({ isNew: false, message: { id: 'b', state: 'unknown' } });
    });

    it('are found again by the run that took them on', async () => {
      await intend('a', ONCE);
      await opened.journal.settleAttempt('of a', ACCEPTED);
      expect(await intend('a', ONCE)).toMatchObject({ isNew: false, message: { id: 'a', state: 'accepted' } });
    });

    it('are measured against all of their op where they have no template', async () => {
      const { template: _, ...bare } = ONCE;
      await intend('a', ONCE);
      expect(await intend('b', bare)).toMatchObject({ isNew: false, message: { id: 'a' } });
    });

    it('stay unsaid where another says it before a run that was resumed takes them on anew', async () => {
      const runId = await runOf(opened.journal);
      await intend('a', ONCE, { runId });
      await opened.journal.settleAttempt('of a', REJECTED);
      await opened.journal.finishRun(runId, { state: 'failed', error: 'not a mobile number' });
      await opened.journal.resumeRun(runId);
      await intend('b', ONCE);
      expect(await intend('a', ONCE, { runId })).toMatchObject({ isNew: false, message: { id: 'b' } });
      expect(await opened.journal.message('a')).toMatchObject({ state: 'rejected' });
    });

    it('are taken on anew by a run that was resumed, where nothing else says it', async () => {
      const runId = await runOf(opened.journal);
      await intend('a', ONCE, { runId });
      await opened.journal.settleAttempt('of a', REJECTED);
      await opened.journal.finishRun(runId, { state: 'failed', error: 'not a mobile number' });
      await opened.journal.resumeRun(runId);
      const again = await opened.journal.intendMessage({ ...draftOf(runId), id: 'a', options: ONCE });
      expect(again).toMatchObject({ isNew: true, message: { id: 'a', state: 'waiting' } });
    });

    it('are taken on once of many that are intended at one time', async () => {
      const runId = await runOf(opened.journal);
      const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
      const intents = ids.map((id) =>
        opened.journal.intendMessage({ ...draftOf(runId), id, options: ONCE }, `of ${id}`),
      );
      const results = await Promise.all(intents);
      expect(results.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(results.map(({ message }) => message.id)).size).toBe(1);
      expect(await taken()).toHaveLength(1);
    });

    it('are found by their template', async () => {
      await intend('a', ONCE);
      await intend('b', { template: 'job-ended' });
      const found = await opened.journal.messages(10, { template: 'job-failed', related: 'team:ops' });
      expect(found.map(({ id, options }) => ({ id, options }))).toEqual([{ id: 'a', options: ONCE }]);
      expect(await opened.journal.messages(10, { template: 'job' })).toEqual([]);
    });
  });
}

async function runOf(journal: Journal): Promise<string> {
  return (await appendOne(journal)).runId;
}
