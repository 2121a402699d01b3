/**
 * Kills a host at random, again and again, while events come in, and compares the network's books with what was acknowledged.
 * `node test/durability/soak.ts 200` from the command line; a short form is a test.
 */
import { type Child, openRig, type Rig } from './rig.ts';

/** A host lives so long at most, in ms after it listens. */
const LIFE_MS = 400;
/** Between two events. */
const EVERY_MS = 50;
/** Of what is left at the end. */
const PATIENCE_MS = 60_000;
/** How many times as fast the clock goes: slower than elsewhere, since what a host asks its provider about must not grow too old. */
const SPEED = 300;

export interface Soaked {
  readonly kills: number;
  readonly events: number;
  readonly sends: number;
  readonly wrong: readonly string[];
}

interface Sender {
  readonly id: string;
  readonly phone: string;
}

export async function soak(kills: number, told: (kill: number) => void = () => undefined): Promise<Soaked> {
  const rig = await openRig({ speed: SPEED });
  try {
    const events: Sender[] = [];
    let unacknowledged: readonly Sender[] = [];
    for (let kill = 1; kill <= kills; kill++) {
      const host = await rig.start();
      const posted = [postAll(host, unacknowledged)];
      for (let end = performance.now() + Math.random() * LIFE_MS; performance.now() < end; await pause(EVERY_MS)) {
        const event = newEvent(events.length);
        events.push(event);
        posted.push(postAll(host, [event]));
      }
      await host.kill();
      unacknowledged = (await Promise.all(posted)).flat();
      told(kill);
    }
    const last = await rig.start();
    await postAll(last, unacknowledged);
    await settle(rig, last, 3 * events.length);
    await last.stop();
    const wrong = [...wrongsOf(rig, events), ...(await rig.leftovers())];
    return { kills, events: events.length, sends: rig.sandbox.phones.entries().length, wrong };
  } finally {
    await rig.close();
  }
}

function newEvent(number: number): Sender {
  return { id: `n${number}.`, phone: `+1202${String(5_500_000 + number)}` };
}

/** Posts events, and returns those that were not acknowledged. */
async function postAll(host: Child, events: readonly Sender[]): Promise<readonly Sender[]> {
  const answers = await Promise.all(events.map((event) => host.post(event)));
  return events.filter((_, index) => !answers[index]);
}

/** A run whose hosts all died in the middle of it is set aside after the fifth: an operator says that it was not to blame. */
async function settle(rig: Rig, host: Child, count: number): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (rig.sandbox.phones.entries().length >= count && (await rig.leftovers()).length === 0) return;
    for (const run of await rig.deadRuns()) await host.resume(run);
    await pause(200);
  }
}

/** A call to the desk, a message, and one that the delivery of the first leads to: each once for each event. */
function wrongsOf(rig: Rig, events: readonly Sender[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { kind, to, words } of rig.sandbox.phones.entries()) {
    const key = kind === 'call' ? `call ${/Ana (n\d+\.)/.exec(words)?.[1]}` : `sms ${to} ${words.slice(0, 7)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const expected = events.flatMap(({ id, phone }) => [`call ${id}`, `sms ${phone} Welcome`, `sms ${phone} Did it `]);
  const wrong = expected.flatMap((key) => (counts.get(key) === 1 ? [] : [`${key} ${counts.get(key) ?? 0} times`]));
  return [...wrong, ...[...counts.keys()].filter((key) => !expected.includes(key)).map((key) => `unexpected: ${key}`)];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) {
  const kills = Number(process.argv[2] ?? 200);
  const { events, sends, wrong } = await soak(kills, (kill) => process.stderr.write(`\r${kill}/${kills}`));
  console.log(
    `\n${kills} kills, ${events} events, ${sends} sends: ${wrong.length === 0 ? 'each once' : wrong.join('; ')}`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
