import type { PhoneEntry, Phones } from '../sandbox/sandbox.ts';
import type { VirtualClock } from '../time/time.ts';
import type { Act, GivenEvent } from './scenario.ts';

/** Where a scenario is played. */
export interface Stage {
  readonly clock: VirtualClock;
  readonly phones: Phones;
  /** Resolves when nothing moves until the clock does. */
  still(): Promise<void>;
  /** Gives an event to the host. Resolves with the reason where it is not taken. */
  accept(event: GivenEvent): Promise<string | undefined>;
  /** What has not come to its end, and has to, in words for a person. */
  open(): readonly string[];
  /** Whether nothing more can become of anything. */
  isOver(): boolean;
}

/** Something that a scenario says and that could not be done. */
export interface Fault {
  readonly message: string;
  readonly at?: Act['at'];
}

/** After the last thing that happens, what has not come to an end in this time of the virtual clock never will. */
const HORIZON_MS = 7 * 24 * 3_600_000;
/** A person who is asked for something at once does it at once; one who never is, is not waited for longer than this. */
const PATIENCE_MS = 24 * 3_600_000;

/** Plays what happens, then lets time pass until all has ended. Returns what could not be done, or did not end. */
export async function play(acts: readonly Act[], stage: Stage): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  await stage.still();
  for (const act of acts) {
    const message = await perform(act, stage);
    await stage.still();
    if (message !== undefined) faults.push({ message, at: act.at });
  }
  const unended = await finish(stage);
  return unended.length > 0 ? [...faults, ...unended.map((message) => ({ message }))] : faults;
}

/** Returns why it could not be done. */
async function perform(act: Act, stage: Stage): Promise<string | undefined> {
  switch (act.kind) {
    case 'event':
      return stage.accept(act.event);
    case 'after':
      return passTime(act.ms, stage);
    case 'answer':
    case 'reject': {
      const call = await awaited(stage, (entry) => entry.state === 'ringing' && entry.to === act.phone);
      return call ? stage.phones.act({ kind: act.kind, call: call.id }) : 'this phone does not ring';
    }
    case 'hang-up': {
      const call = await awaited(stage, (entry) => entry.state === 'in-progress' && entry.to === act.phone);
      return call ? stage.phones.act({ kind: 'hang-up', call: call.id }) : 'no call goes on at this phone';
    }
    case 'press': {
      const call = await awaited(stage, (entry) => entry.asks && isAt(entry, act.phone));
      return call ? stage.phones.act({ kind: 'press', call: call.id, keys: act.keys }) : 'no call asks for keys here';
    }
    case 'reply': {
      const message = await awaited(stage, (entry) => entry.state === 'delivered' && isAt(entry, act.phone));
      return message
        ? stage.phones.act({ kind: 'write', from: message.to, to: message.from, text: act.text })
        : 'no message has come that could be replied to';
    }
  }
}

function isAt({ to }: PhoneEntry, phone: string | undefined): boolean {
  return phone === undefined || to === phone;
}

async function passTime(ms: number, stage: Stage): Promise<undefined> {
  const until = stage.clock.now() + ms;
  while (await step(stage, until));
  stage.clock.advance(until - stage.clock.now());
}

/** The newest entry that is as wanted, as soon as there is one. */
async function awaited(stage: Stage, isWanted: (entry: PhoneEntry) => boolean): Promise<PhoneEntry | undefined> {
  const until = stage.clock.now() + PATIENCE_MS;
  for (;;) {
    const found = stage.phones.entries().find((entry) => entry.direction === 'in' && isWanted(entry));
    if (found || !(await step(stage, until))) return found;
  }
}

/** Lets time pass until nothing more can become of anything. Returns what has not ended. */
async function finish(stage: Stage): Promise<readonly string[]> {
  const until = stage.clock.now() + HORIZON_MS;
  while (!stage.isOver() && (await step(stage, until)));
  return stage.open();
}

/** Moves the clock to whoever wakes next, and waits until all is still. False where nobody wakes until then. */
async function step(stage: Stage, until: number): Promise<boolean> {
  const { clock } = stage;
  const due = clock.nextDue();
  if (due === undefined || due > until) return false;
  clock.advance(due - clock.now());
  await stage.still();
  return true;
}
