import { expect, test } from 'vitest';
import { openRig, type Rig, settled } from './rig.ts';

/** Rigs that work side by side: a child mostly waits. */
const SIDE_BY_SIDE = 3;

const EVENT = { id: 'one', phone: '+12025550101' };
/** A call to the desk, a message to the phone, and a second one that the delivery of the first leads to. */
const SENDS = ['call Ana one', 'sms Welcome, Ana one!', 'sms Did it arrive?'];

/** Every write of the journal, in its transaction and after it; and every step of a send. Reading changes nothing. */
const WRITES =
  /^(commit|(before|after) request|after (keepPlan|takeOver|claimRuns|deferRun|recordStep|finishRun|appendEvent|intendMessage|settleAttempt|reportState))$/;

test('a host that is killed at any failpoint loses nothing that it acknowledged, and sends nothing twice', async () => {
  const points = await survey();
  const broken: string[] = [];
  let reached = 0;
  const queue = [...points];
  const work = async (): Promise<void> => {
    for (let point = queue.shift(); point; point = queue.shift()) {
      const end = await dieAt(point);
      if (end.died) reached++;
      if (process.env['RINGBOOK_KILLS'])
        process.stderr.write(
          `${point.point} #${point.occurrence} ${end.died ? 'died' : 'lived'} ${end.wrong.join('; ')}\n`,
        );
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
    expect(await child.post(EVENT)).toBe(true);
    await settled(rig, SENDS.length);
    const hits = await child.stop();
    return Object.entries(hits)
      .filter(([point]) => WRITES.test(point))
      .flatMap(([point, times]) => Array.from({ length: times }, (_, index) => ({ point, occurrence: index + 1 })));
  } finally {
    await rig.close();
  }
}

async function dieAt(kill: Point): Promise<{ readonly died: boolean; readonly wrong: readonly string[] }> {
  const rig = await openRig();
  try {
    const first = await rig.start({ kill });
    const isAcknowledged = await first.post(EVENT);
    await Promise.race([first.died, settled(rig, SENDS.length)]);
    if (!first.isDead()) await first.stop();
    const died = first.isDead();
    const second = await rig.start();
    // What was not acknowledged is sent again, as any sender does; the rest is the host's to remember.
    if (!isAcknowledged) await second.post(EVENT);
    await settled(rig, SENDS.length);
    await second.stop();
    return { died, wrong: wrongsOf(rig) };
  } finally {
    await rig.close();
  }
}

/** What the network's books have that they should not, or lack. */
function wrongsOf(rig: Rig): readonly string[] {
  const found = rig.sandbox.phones
    .entries()
    .map(({ kind, words }) => (kind === 'call' ? `call ${/Ana \w+/.exec(words)?.[0]}` : `sms ${words}`));
  const wrong = SENDS.flatMap((one) => {
    const times = found.filter((other) => other === one).length;
    return times === 1 ? [] : [`"${one}" ${times} times`];
  });
  return found.length === SENDS.length ? wrong : [...wrong, `${found.length} sends in all`];
}
