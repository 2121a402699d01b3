import { expect, test } from 'vitest';
import { openRig, type Rig, settled } from './rig.ts';

/** Occurrences of one failpoint that are tried: what comes later is one of these again. */
const OCCURRENCES = 12;
/** Rigs that work side by side: a child mostly waits. */
const SIDE_BY_SIDE = 3;

const EVENTS = [
  { id: 'one', phone: '+12025550101' },
  { id: 'two', phone: '+12025550102' },
];
/** A call to the desk, and two messages to the phone. */
const SENDS = 3 * EVENTS.length;

test('a host that is killed at any failpoint loses nothing that it acknowledged, and sends nothing twice', async () => {
  const points = await survey();
  const broken: string[] = [];
  let reached = 0;
  const queue = [...points];
  const work = async (): Promise<void> => {
    for (let point = queue.shift(); point; point = queue.shift()) {
      const end = await dieAt(point);
      if (end.died) reached++;
      if (end.wrong.length > 0) broken.push(`${point.point} #${point.occurrence}: ${end.wrong.join('; ')}`);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  console.log(`${points.length} failpoints, the host died at ${reached} of them`);
  expect(broken).toEqual([]);
  expect(reached).toBeGreaterThan(points.length * 0.8);
}, 300_000);

interface Point {
  readonly point: string;
  readonly occurrence: number;
}

/** Every failpoint that a host reaches which is left alone, as often as it reaches it. */
async function survey(): Promise<readonly Point[]> {
  const rig = await openRig();
  try {
    const child = await rig.start();
    for (const { id, phone } of EVENTS) expect(await child.post(id, phone)).toBe(true);
    await settled(rig, SENDS);
    const hits = await child.stop();
    return Object.entries(hits)
      .filter(([point]) => !/ (close|stories|story)$/.test(point))
      .flatMap(([point, times]) =>
        Array.from({ length: Math.min(times, OCCURRENCES) }, (_, index) => ({ point, occurrence: index + 1 })),
      );
  } finally {
    await rig.close();
  }
}

async function dieAt(kill: Point): Promise<{ readonly died: boolean; readonly wrong: readonly string[] }> {
  const rig = await openRig();
  try {
    const first = await rig.start(kill);
    const acknowledged = new Set<string>();
    for (const { id, phone } of EVENTS) if (await first.post(id, phone)) acknowledged.add(id);
    await Promise.race([first.died, settled(rig, SENDS)]);
    const died = first.isDead();
    if (!died) await first.stop();
    const second = await rig.start();
    // What was not acknowledged is sent again, as any sender does; the rest is the host's to remember.
    for (const { id, phone } of EVENTS.filter((event) => !acknowledged.has(event.id))) await second.post(id, phone);
    await settled(rig, SENDS);
    // A double would come a moment later.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await second.stop();
    return { died, wrong: await wrongsOf(rig) };
  } finally {
    await rig.close();
  }
}

/** What the network's books have that they should not, or lack. */
async function wrongsOf(rig: Rig): Promise<readonly string[]> {
  const entries = rig.sandbox.phones.entries();
  const expected = EVENTS.flatMap(({ id, phone }) => [
    `call Ana ${id}`,
    `sms ${phone} Welcome, Ana ${id}!`,
    `sms ${phone} Did it arrive?`,
  ]);
  const found = entries.map(({ kind, to, words }) => {
    const about = EVENTS.find(({ id }) => words.includes(`Ana ${id}`));
    return kind === 'call' ? `call Ana ${about?.id}` : `sms ${to} ${words}`;
  });
  const wrong = expected.flatMap((one) => {
    const times = found.filter((other) => other === one).length;
    return times === 1 ? [] : [`"${one}" ${times} times`];
  });
  if (found.length !== expected.length) wrong.push(`${found.length} sends in all`);
  return wrong;
}
