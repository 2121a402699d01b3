import { describe, expect, test } from 'vitest';
import { linesOf, runOf } from './rulebook-run.ts';

describe('control flow', () => {
  test.each([
    ['1', ['one', 'done']],
    ['2', ['two', 'done']],
    ['9', ['many', 'done']],
  ])('if, elsif and else: %s', async (count, expected) => {
    const text = `
on: happened
do:
  - if: count == 1
    then: [{ log: one }]
    elsif:
      - if: \${count == 2}
        then: [{ log: two }]
    else: [{ log: many }]
`;
    expect(await linesOf(text, {}, { name: 'x', names: [], count: Number(count) })).toEqual(expected);
  });

  test('foreach in both its forms, and over a list as it is written', async () => {
    const text = `
on: happened
do:
  - foreach: { var: who, in: names, do: [{ log: "hello \${who}" }] }
  - foreach: \${names.filter(n, n != 'bob')}
    do: [{ log: "again \${it}" }]
  - foreach: [1, two]
    do: [{ log: "\${it}" }]
`;
    expect(await linesOf(text)).toEqual([
      'hello ana',
      'hello bob',
      'hello eva',
      'again ana',
      'again eva',
      '1',
      'two',
      'done',
    ]);
  });

  test('while goes round as long as it holds, and no more often than its bound', async () => {
    const counting = (max: number) => `
on: happened
do:
  - n =: 0
  - while: n < 3
    max: ${max}
    do:
      - n =: \${n + 1}
      - log: round \${n}
`;
    expect(await linesOf(counting(10))).toEqual(['round 1', 'round 2', 'round 3', 'done']);
    expect(await linesOf(counting(2))).toEqual([
      'round 1',
      'round 2',
      'failed: while (rulebooks/test.yml:5): it still holds after 2 rounds',
    ]);
  });

  test('try and catch, with the reason in error_message', async () => {
    const text = `
on: happened
do:
  - stage =: before
  - try:
      - stage =: inside
      - fail: no luck with \${name}
    catch:
      - log: "\${stage}: \${error_message}"
  - log: after
`;
    expect(await linesOf(text)).toEqual(['inside: fail (rulebooks/test.yml:7): no luck with Ana', 'after', 'done']);
  });

  test('return ends the rule, and fail ends it as failed', async () => {
    expect(await linesOf('on: happened\ndo:\n  - if: count > 1\n    then: [{ return: 1 }]\n  - log: never')).toEqual([
      'done',
    ]);
    expect(await linesOf('on: happened\ndo:\n  - fail: "sorry, ${name}"')).toEqual([
      'failed: fail (rulebooks/test.yml:3): sorry, Ana',
    ]);
  });

  test('parallel runs its branches at once, do makes one of several steps', async () => {
    const text = `
on: happened
do:
  - parallel:
      - do: [{ log: a1 }, { log: a2 }]
      - log: b1
  - log: end
`;
    const lines = await linesOf(text);
    expect(lines.slice(0, 3).toSorted()).toEqual(['a1', 'a2', 'b1']);
    expect(lines.slice(3)).toEqual(['end', 'done']);
  });
});

describe('names', () => {
  test('set, =: and results keep the type of a lone reference', async () => {
    const text = `
on: happened
do:
  - set: { first: "\${names[0]}", list: [1, 2] }
  - more =: { count: "\${count}", all: "\${names}" }
  - said = log: "\${first} \${list[1]} \${more.count + 1} \${size(more.all)}"
  - log: and \${said}
`;
    expect(await linesOf(text)).toEqual(['ana 2 3 3', 'and ana 2 3 3', 'done']);
  });

  test('vars are constants, and data, event and fields are there', async () => {
    const text = `
vars: { desk: the desk }
on: happened
do: [{ log: "\${vars.desk} \${data.name} \${name} \${event.type}" }]
`;
    expect(await linesOf(text)).toEqual(['the desk Ana Ana happened', 'done']);
  });
});

describe('ops of a rulebook', () => {
  const shared = `
vars: { greeting: Hello }
def:
  greet (who, how):
    - log: \${vars.greeting} \${who}, \${how}
    - return: \${who + '!'}
  shout (who): { do: [{ said = greet: [ "\${who}", LOUD ] }, { return: "\${said}" }] }
`;

  test('def, import and call: arguments in, a result out, nothing of the caller seen', async () => {
    const text = `
import: shared.yml
on: happened
do:
  - first = greet: { who: "\${name}", how: softly }
  - second = shout: \${first}
  - log: \${second}
  - call: greet
    args: { who: bob, how: again }
`;
    expect(await linesOf(text, { 'shared.yml': shared })).toEqual([
      'Hello Ana, softly',
      'Hello Ana!, LOUD',
      'Ana!!',
      'Hello bob, again',
      'done',
    ]);
  });

  test('call runs another rule on the same event, and brings what it returns', async () => {
    const text = `
rules:
  - name: main
    on: happened
    do:
      - got = call: helper
      - log: got \${got}
  - name: helper
    on: happened
    do:
      - log: helping \${name}
      - return: \${count * 2}
`;
    expect(await linesOf(text)).toEqual(['helping Ana', 'got 4', 'done']);
  });
});

describe('a run that is taken up again', () => {
  test('waits from when the wait began, and does nothing twice', async () => {
    const run = await runOf(
      'on: happened\ndo:\n  - log: one\n  - wait: 10m\n  - log: two\n  - wait: ${count}\n  - log: three',
    );
    expect(await run.go()).toEqual({ state: 'deferred', until: 601_000 });
    run.pass(60_000);
    expect(await run.go()).toEqual({ state: 'deferred', until: 601_000 });
    run.pass(540_000);
    expect(await run.go()).toEqual({ state: 'deferred', until: 603_000 });
    run.pass(5_000);
    expect(await run.go()).toEqual({ state: 'done' });
    expect(run.lines).toEqual(['one', 'two', 'three']);
  });

  test('goes the way that it went: what was caught is caught again, without being tried again', async () => {
    const text = `
on: happened
do:
  - try:
      - log: trying
      - sms_send: { resource: none, to: '+34777666555', from: '+34666555777', body: x }
      - log: not reached
    catch:
      - log: caught
      - wait: 1h
      - log: waited
`;
    await expect(runOf(text)).rejects.toThrow(/there is no resource "none"/);
    const request = "request: { url: \"${'http://127.0.0.1' + ':9/'}\" }";
    const run = await runOf(text.replace(/sms_send: .*/, () => request));
    expect((await run.go()).state).toBe('deferred');
    run.pass(3_600_000);
    expect(await run.go()).toEqual({ state: 'done' });
    expect(run.lines).toEqual(['trying', 'caught', 'waited']);
  });

  test('waits in each branch of parallel, and ends when all have', async () => {
    const text = `
on: happened
do:
  - parallel:
      - do: [{ wait: 1h }, { log: slow }]
      - do: [{ wait: 1m }, { log: fast }]
  - log: end
`;
    const run = await runOf(text);
    expect(await run.go()).toEqual({ state: 'deferred', until: 61_000 });
    run.pass(60_000);
    expect(await run.go()).toEqual({ state: 'deferred', until: 3_601_000 });
    run.pass(3_600_000);
    expect(await run.go()).toEqual({ state: 'done' });
    expect(run.lines).toEqual(['fast', 'slow', 'end']);
  });
});
