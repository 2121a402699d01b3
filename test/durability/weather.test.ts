import { afterEach, describe, expect, test } from 'vitest';
import type { Message } from '../../src/message/message.ts';
import type { Fault } from '../../src/sandbox/sandbox.ts';
import { type DurableWorld, durabilityProject, newUser, openWorld } from './world.ts';

const MINUTE = 60_000;
const project = durabilityProject();
const worlds: DurableWorld[] = [];

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function open(options: Parameters<typeof openWorld>[1] = {}): Promise<DurableWorld> {
  const world = await openWorld(project, options);
  worlds.push(world);
  await world.start();
  return world;
}

function phoneOf(number: number): string {
  return `+1202555${String(number).padStart(4, '0')}`;
}

async function statesOf(world: DurableWorld): Promise<readonly Pick<Message, 'state' | 'possibleDuplicate'>[]> {
  const messages = await world.journal.messages(10);
  return messages.map(({ state, possibleDuplicate }) => ({ state, possibleDuplicate }));
}

test('of 1,000 answers that are lost after the provider took the message, none leads to a second send', async () => {
  const world = await open();
  // Every second event loses all of its three answers; with no answer in between, the circuit breaker would hold back the rest.
  for (let number = 0; number < 668; number++) {
    const phone = phoneOf(number);
    if (number % 2 === 0)
      world.sandbox.faults.add({ fault: { kind: 'dropped', when: 'after' }, number: phone, times: 3 });
    await world.post(newUser(`user${number}`, phone));
    await world.pass(1_000);
  }
  await world.pass(60 * MINUTE);
  expect(world.sandbox.faults.list()).toEqual([]);
  const messages = await world.journal.messages(3_000);
  expect(messages).toHaveLength(2_004);
  expect(messages.filter(({ possibleDuplicate }) => possibleDuplicate)).toEqual([]);
  expect(world.sandbox.phones.entries()).toHaveLength(2_004);
  expect(new Set(messages.map(({ state }) => state))).toEqual(new Set(['completed', 'delivered']));
}, 120_000);

describe('an answer that is lost, with every callback, and lists that lag', () => {
  const lost: readonly Fault[] = [{ kind: 'callback-lost' }];

  test.each([
    { lag: 'not at all', byMs: 0, sends: 1, marked: false },
    { lag: 'by 4 minutes', byMs: 4 * MINUTE, sends: 1, marked: false },
    { lag: 'by 15 minutes', byMs: 15 * MINUTE, sends: 1, marked: false },
    { lag: 'by 16 minutes', byMs: 16 * MINUTE, sends: 2, marked: true },
    { lag: 'for ever', byMs: 1e12, sends: 2, marked: true },
  ])('$lag: it is sent $sends times, marked: $marked', async ({ byMs, sends, marked }) => {
    const world = await open();
    for (const fault of lost) world.sandbox.faults.add({ fault });
    world.sandbox.faults.add({ fault: { kind: 'list-lag', byMs } });
    world.sandbox.faults.add({ fault: { kind: 'dropped', when: 'after' }, times: 1 });
    await world.post(newUser('ana', phoneOf(1)));
    await world.pass(20 * MINUTE);
    const calls = world.sandbox.phones.entries().filter(({ kind }) => kind === 'call');
    expect(calls).toHaveLength(sends);
    expect((await statesOf(world)).at(-1)?.possibleDuplicate).toBe(marked);
  });
});

describe('a disk that is full', () => {
  const newDisk = () => {
    let isFull = false;
    return {
      beforeCommit: (): void => {
        if (isFull) throw new Error('database or disk is full');
      },
      fill: (full: boolean): void => {
        isFull = full;
      },
    };
  };

  test('takes no event that it cannot keep, and takes it when there is room', async () => {
    const { beforeCommit, fill } = newDisk();
    const world = await open({ beforeCommit });
    fill(true);
    expect(await world.post(newUser('ana', phoneOf(1)))).toBe(false);
    fill(false);
    expect(await world.post(newUser('ana', phoneOf(1)))).toBe(true);
    await world.pass(MINUTE);
    expect(world.sandbox.phones.entries()).toHaveLength(3);
  });

  test('while a message is being sent, loses nothing of what the provider answered', async () => {
    const { beforeCommit, fill } = newDisk();
    let requests = 0;
    const world = await open({
      beforeCommit,
      reach: (point) => {
        if (point === 'after request' && ++requests === 1) fill(true);
      },
    });
    await world.post(newUser('ana', phoneOf(1)));
    await world.pass(5_000);
    expect(world.troubles.join('\n')).toContain('could not be journaled; it is tried again');
    fill(false);
    // A callback that came meanwhile is lost; the host asks by itself after a while.
    await world.pass(20 * MINUTE);
    expect(world.sandbox.phones.entries()).toHaveLength(3);
    expect(await statesOf(world)).toEqual(
      ['delivered', 'delivered', 'completed'].map((state) => ({ state, possibleDuplicate: false })),
    );
  });
});

describe('a clock that is set while a message waits for its retry', () => {
  const HOUR = 60 * MINUTE;

  test.each([
    { by: 'an hour back', byMs: -HOUR },
    { by: 'a day back', byMs: -24 * HOUR },
    { by: 'an hour forward', byMs: HOUR },
    { by: 'a day forward', byMs: 24 * HOUR },
  ])('$by: nothing goes out early or twice, and all of it goes out', async ({ byMs }) => {
    const world = await open();
    world.sandbox.faults.add({ fault: { kind: 'throttled', retryAfterSeconds: 30 }, times: 1 });
    await world.post(newUser('ana', phoneOf(1)));
    await world.still();
    world.setClock(byMs);
    await world.still();
    expect(world.sandbox.phones.entries()).toEqual([]);
    // Who comes later is not held up.
    await world.post(newUser('bob', phoneOf(2)));
    await world.pass(5 * MINUTE);
    expect(world.sandbox.phones.entries().filter(({ to }) => to === phoneOf(2))).toHaveLength(3);
    await world.pass(25 * HOUR);
    expect(world.sandbox.phones.entries()).toHaveLength(6);
    expect(await statesOf(world)).toEqual(expect.arrayContaining([{ state: 'completed', possibleDuplicate: false }]));
  });
});

test('a provider that is down for an hour is asked now and then, and then gets everything once', async () => {
  let isDown = true;
  let asked = 0;
  const world = await open({
    unreachable: () => {
      if (isDown) asked++;
      return isDown;
    },
  });
  for (let number = 0; number < 50; number++) await world.post(newUser(`user${number}`, phoneOf(number)));
  await world.pass(60 * MINUTE);
  // Without a circuit breaker, 50 calls that are tried once a minute would have asked 3,000 times.
  expect(asked).toBeLessThan(500);
  isDown = false;
  await world.pass(60 * MINUTE);
  expect(world.sandbox.phones.entries()).toHaveLength(150);
  expect(await world.journal.messages(200)).not.toContainEqual(expect.objectContaining({ possibleDuplicate: true }));
});
