/** The part of a journal's contract that is about how much may be sent. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Admission, Limit } from '../journal/journal.ts';
import type { Opened } from './journal-opened.ts';
import { ACCEPTED, appendOne, BUSY, draftOf, sending, UNKNOWN } from './journal-values.ts';

const RATE: Limit = { kind: 'rate', key: 'sender:a', intervalMs: 1_000 };
const CAP: Limit = { kind: 'cap', key: 'day:a', max: 2 };
const DAY_MS = 86_400_000;

export function limitContract(opened: Opened): void {
  describe('limits', () => {
    let begun: number;
    beforeEach(async () => {
      const { runId } = await appendOne(opened.journal);
      for (const id of IDS) await opened.journal.intendMessage({ ...draftOf(runId), id });
      // Time stands still, so that the places can be told.
      opened.clock.stepMs = 0;
      begun = opened.clock.now();
    });
    const admit = (id: string, ...limits: readonly Limit[]): Promise<Admission> =>
      opened.journal.admit(id, limits, 'phone');
    const later = (ms: number): Admission => ({ kind: 'later', at: begun + ms });
    rateContract(opened, admit, later);
    capContract(opened, admit, later);
  });
}

const IDS = ['m1', 'm2', 'm3', 'm4'] as const;
const NOW: Admission = { kind: 'now' };

type Admit = (id: string, ...limits: readonly Limit[]) => Promise<Admission>;
type Later = (ms: number) => Admission;

function rateContract(opened: Opened, admit: Admit, later: Later): void {
  it('lets one through every so often, in the order in which leave was asked', async () => {
    expect(await admit('m1', RATE)).toEqual(NOW);
    expect(await admit('m2', RATE)).toEqual(later(1_000));
    expect(await admit('m3', RATE)).toEqual(later(2_000));
    expect(await admit('m4', { ...RATE, key: 'sender:b' })).toEqual(NOW);
    expect(await opened.journal.message('m2')).toMatchObject({ dueAt: opened.clock.now() + 1_000 });
  });

  it('keeps the place that it gave, and gives no second one', async () => {
    await admit('m1', RATE);
    const place = await admit('m2', RATE);
    expect(await admit('m2', RATE)).toEqual(place);
    opened.clock.advance(1_000);
    expect(await admit('m2', RATE)).toEqual(NOW);
    expect(await admit('m3', RATE)).toEqual(later(2_000));
  });

  it('asks anew for each attempt', async () => {
    await admit('m1', RATE);
    await opened.journal.beginAttempt('m1', 'a1');
    await opened.journal.settleAttempt('a1', BUSY, opened.clock.now());
    expect(await admit('m1', RATE)).toEqual(later(1_000));
  });

  it('voids leave that was not used in time, so that a halt is not followed by a storm', async () => {
    for (const id of IDS) await admit(id, RATE);
    opened.clock.advance(3_600_000);
    expect(await admit('m2', RATE)).toEqual(NOW);
    expect(await admit('m3', RATE)).toEqual(later(3_601_000));
  });

  it('waits for the latest of several places, and shares out parts of a millisecond', async () => {
    const fine: Limit = { kind: 'rate', key: 'account', intervalMs: 1_000 / 3 };
    expect(await admit('m1', RATE, fine)).toEqual(NOW);
    expect(await admit('m2', fine)).toEqual(later(334));
    expect(await admit('m3', fine)).toEqual(later(667));
    expect(await admit('m4', RATE, fine)).toEqual(later(1_000));
  });

  it('voids leave for one resource where a message goes through another, and takes a place there', async () => {
    const other = (id: string): Promise<Admission> =>
      opened.journal.admit(id, [{ kind: 'rate', key: 'sender:b', intervalMs: 5_000 }], 'other');
    await admit('m1', RATE);
    expect(await admit('m2', RATE)).toEqual(later(1_000));
    expect(await other('m3')).toEqual(NOW);
    opened.clock.advance(1_000);
    expect(await other('m2')).toEqual(later(5_000));
    expect(await other('m2')).toEqual(later(5_000));
  });

  it('lets everything through without limits', async () => {
    expect(await admit('m1')).toEqual(NOW);
  });
}

function capContract(opened: Opened, admit: Admit, later: Later): void {
  it('refuses what is more than a day may have, moves no bucket for it, and begins anew the next day', async () => {
    expect(await admit('m1', CAP, RATE)).toEqual(NOW);
    expect(await admit('m2', CAP, RATE)).toEqual(later(1_000));
    const before = await opened.journal.message('m3');
    expect(await admit('m3', CAP, RATE)).toEqual({ kind: 'refused', limit: CAP });
    expect(await opened.journal.message('m3')).toEqual(before);
    expect(await admit('m4', RATE)).toEqual(later(2_000));
    opened.clock.advance(DAY_MS);
    expect(await admit('m3', CAP, RATE)).toEqual(NOW);
  });

  it('names the limit that is exhausted, and takes nothing of the others', async () => {
    const none: Limit = { kind: 'cap', key: 'none', max: 0 };
    expect(await admit('m1', CAP, none)).toEqual({ kind: 'refused', limit: none });
    expect([await admit('m1', CAP), await admit('m2', CAP)]).toEqual([NOW, NOW]);
    expect(await admit('m3', CAP)).toEqual({ kind: 'refused', limit: CAP });
  });

  it('counts a message once, however often it is tried', async () => {
    const one: Limit = { kind: 'cap', key: 'one', max: 1 };
    await admit('m1', one);
    await opened.journal.beginAttempt('m1', 'a1');
    await opened.journal.settleAttempt('a1', BUSY, opened.clock.now());
    expect(await admit('m1', one)).toEqual(NOW);
    expect(await admit('m2', one)).toMatchObject({ kind: 'refused' });
  });

  it('counts a message anew that goes through another resource', async () => {
    const other: Limit = { kind: 'cap', key: 'day:b', max: 1 };
    await admit('m1', CAP);
    expect(await opened.journal.admit('m1', [other], 'other')).toEqual(NOW);
    expect(await opened.journal.admit('m2', [other], 'other')).toEqual({ kind: 'refused', limit: other });
  });

  it('counts a message twice that may go out twice', async () => {
    await admit('m1', CAP);
    await opened.journal.beginAttempt('m1', 'a1');
    await opened.journal.settleAttempt('a1', UNKNOWN);
    await opened.journal.sendAgain('m1');
    expect(await admit('m1', CAP)).toEqual(NOW);
    expect(await admit('m2', CAP)).toMatchObject({ kind: 'refused' });
  });

  it('gives no leave for a message that is not to be sent', async () => {
    const { id } = await sending(opened.journal);
    await expect(admit(id, RATE)).rejects.toThrow('sending');
    await opened.journal.settleAttempt('a1', ACCEPTED);
    await expect(admit(id, RATE)).rejects.toThrow('accepted');
    await expect(admit('nobody', RATE)).rejects.toThrow('no message');
  });
}
