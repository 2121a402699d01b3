import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import { eventOf, follow, launchProject } from './network.ts';

let launched: Launched;
afterEach(() => launched.stop());

const PARCEL = { parcel: 'RB4711', phone: '+34611222333', locale: 'cs', shop: 'Brno' };

function parcelIs(body: string, more = ''): Readonly<Record<string, string>> {
  return { 'resources/parcel-ready.yml': `class: Template\nbody: '${body} {{parcel}} {{shop}} {{code}}'\n${more}` };
}

function texts(): readonly string[] {
  return (launched.sandbox?.phones.entries() ?? []).map(({ words }) => words);
}

test('a template that is not active sends nothing, and the story of the event says so', async () => {
  launched = await launchProject(parcelIs('Ready:', 'active: false'));
  const { runs } = await follow(launched, eventOf('parcel.ready', PARCEL));
  const result = { sid: '', status: 'inactive', state: 'inactive' };
  expect(runs).toMatchObject([{ state: 'done', messages: [], steps: [{ op: 'sms_send', result }] }]);
  expect(texts()).toEqual([]);
});

test('of many events at one time about one object, one sends; the others name its message', async () => {
  launched = await launchProject({});
  const stories = await Promise.all(
    Array.from({ length: 10 }, () => follow(launched, eventOf('parcel.ready', PARCEL))),
  );
  const runs = stories.flatMap((story) => story.runs);
  const sent = runs.flatMap(({ messages }) => messages);
  expect(sent).toMatchObject([{ options: { template: 'parcel-ready', related: ['parcel:RB4711'] } }]);
  expect(texts()).toEqual([expect.stringContaining('Vaše zásilka RB4711')]);
  const results = runs.map(({ steps }) => steps[0]?.result);
  const duplicate = { sid: '', status: 'duplicate', state: 'duplicate', duplicate_of: sent[0]?.id };
  expect(results.filter((result) => JSON.stringify(result) === JSON.stringify(duplicate))).toHaveLength(9);
});

test('a run keeps to the words that its template had when it began', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ringbook-template-'));
  const journal = join(folder, 'journal.db');
  const rulebook = `
on: parcel.ready
do:
  - wait: 1s
  - sms_send:
      resource: twilio_resource
      to: \${phone}
      template: parcel-ready
      context: { parcel: "\${parcel}", shop: "\${shop}", code: none }
`;
  try {
    const before = { ...parcelIs('Before:'), 'rulebooks/parcel.yml': rulebook };
    launched = await launchProject(before, {}, journal);
    const taken = await launched.host.accept(eventOf('parcel.ready', PARCEL));
    await launched.stop();
    launched = await launchProject({ ...before, ...parcelIs('After:') }, {}, journal);
    await follow(launched, eventOf('parcel.ready', { ...PARCEL, shop: 'Olomouc' }));
    expect(taken.kind).toBe('accepted');
    expect(texts().toSorted()).toEqual(['After: RB4711 Olomouc none', 'Before: RB4711 Brno none']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
