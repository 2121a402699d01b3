import { describe, expect, test } from 'vitest';
import { check, contextOf, lineOf, told } from './over-event.ts';

function verdict(expression: string): string | undefined {
  expect(told(expression)).toEqual([]);
  return check(expression).verdict?.holds;
}

describe('a condition that never holds is found', () => {
  test.each([
    'false',
    'ok && false',
    'ok && !ok',
    'n > 5 && n < 3',
    'n > 5 && n < 6',
    'n < 0',
    'n == 2.5',
    'n == 101',
    'n + 1 > 200',
    '-n > 0',
    "status == 'OPEN' && status == 'CLOSED'",
    "status == 'OPEN' && data.status == 'CLOSED'",
    "status != 'OPEN' && status != 'CLOSED' && status != 'FINISHED'",
    "status in ['OPEN'] && status == 'CLOSED'",
    "!(status in ['OPEN', 'CLOSED', 'FINISHED'])",
    "status.startsWith('X')",
    'n in []',
    'n in [-1, 101]',
    'n != n',
    'n < n',
    "title == ''",
    'size(title) > 300',
    'size(tags) > 3',
    '1 > 2',
    "'a' == 'b'",
    '[].exists(x, x == 1)',
    'has(data.ratio) && ratio > 1',
    'has(data.ratio) && ratio <= 0',
    '(n > 5 ? false : n > 7)',
    'timestamp(event.time).getHours() > 23',
    'nick != null && nick == null',
    "call.state == 'completed' && call.state != 'completed'",
    "'x' in tags && size(tags) == 0 && false",
  ])('%s', (expression) => expect(verdict(expression)).toBe('never'));
});

describe('a condition that always holds is found', () => {
  test.each([
    'true',
    'n >= 0',
    'n == n',
    'n <= 5 || n > 3',
    'ok || !ok',
    "status == 'OPEN' || status in ['CLOSED', 'FINISHED']",
    'size(title) > 0',
    'tags.size() <= 3',
    '[].all(x, x == 1)',
    'has(data.title)',
    '!(n > 100)',
    'nick == null || nick.size() < 10',
  ])('%s', (expression) => expect(verdict(expression)).toBe('always'));
});

describe('nothing is claimed that is not certain', () => {
  test.each([
    'ok',
    'n > 5 || n < 3',
    'n > 5 && n < 7',
    'n >= 3 && n <= 3',
    'has(data.ratio) && ratio > 0.5 && ratio < 0.6',
    "status == 'OPEN' || status == 'CLOSED'",
    'tags == []',
    'tags.all(t, t == "a")',
    "title.startsWith('a') && title.startsWith('b')",
    'items[0].ok && !items[1].ok',
    "tags[0] == 'a' && tags[1] == 'b'",
    'items.exists(i, i.ok) && items.exists(i, !i.ok)',
    'level == 1 || level == 2',
    '(n < 2 || n > 5) && n == 3',
    'has(data.email)',
    'n / 2 > 100 || n % 2 == 0',
    'address == {"street": "a"}',
    'timestamp(event.time).getHours() < 9',
    'nick == null',
    'has(data.anything) && anything == 3 && n == 4',
    "title < 'a' && title > 'b'",
  ])('%s', (expression) => expect(verdict(expression)).toBeUndefined());
});

describe('the words', () => {
  const words = (expression: string): string => {
    const problem = check(expression).verdict?.problem;
    return problem ? lineOf(expression, problem) : 'nothing';
  };

  test('say what the schema has to do with it', () => {
    expect(words('n < 0')).toBe(
      'RB0204 [n < 0] this never holds // `data.n` is a whole number, from 0 to 100 by its schema',
    );
    expect(words('size(title) > 300')).toBe(
      'RB0204 [size(title) > 300] this never holds // `size(title)` is a whole number, from 1 to 80 by its schema',
    );
    expect(words('n >= 0')).toContain('RB0205 [n >= 0] this always holds // `data.n` is a whole number, from 0 to 100');
  });

  test('point at the part that cannot hold, and at what stands against it', () => {
    const expression = "ok && n > 5 && title == 'x' && n < 3";
    const problem = check(expression).verdict?.problem;
    expect(words(expression)).toBe('RB0204 [n < 3] this cannot hold where what stands before it does');
    expect(problem?.related?.map(({ at }) => expression.slice(at.start, at.end))).toEqual(['n > 5']);
  });

  test('suggest the value that was meant, wherever the comparison stands', () => {
    expect(told("ok || status == 'FINSHED'")).toEqual([
      "RB0204 [status == 'FINSHED'] `status` is never 'FINSHED' // did you mean \"FINISHED\"?",
    ]);
    expect(told("call.state != 'complete'")).toEqual([
      "RB0205 [call.state != 'complete'] `call.state` is never 'complete', so this always holds // did you mean \"completed\"?",
    ]);
  });

  test('an expression with problems has no verdict beside them', () => {
    expect(check("status == 'FINSHED' && false").verdict).toBeUndefined();
  });
});

test('a condition over several types of events never holds only where it does for none', () => {
  const number = (maximum: number) => ({
    type: 'object',
    required: ['n'],
    properties: { n: { type: 'number', maximum } },
  });
  const context = contextOf({ small: number(3), large: number(30) });
  expect(check('n > 10', context).verdict).toBeUndefined();
  expect(check('n > 100', context).verdict?.holds).toBe('never');
});
