import { describe, expect, test } from 'vitest';
import { check, contextOf, DATA, SCHEMA, told, valueOf } from './over-event.ts';

describe('a field that may be absent must be asked for', () => {
  test.each([
    'email',
    'data.email',
    "email == 'x' && has(data.email)",
    'has(data.email) || email == "x"',
    'has(data.email) ? "none" : email',
    '!has(data.email) && email == "x"',
    'address.city',
    'home.street',
    'has(data.home) && home.city == "x"',
    'has(data.home) && has(data.email) ? home.city : email',
    'items[0].mail',
    'items.all(i, i.mail != "")',
    'items.exists(i, has(i.mail)) && items[0].mail != ""',
    'call.error.code',
    'event.subject',
    'data["content-type"]',
    'has(data.desks) ? desks.a : ""',
    'has(data.desks) ? desks[title] : ""',
    'email != ""',
    'size(email) > 0',
  ])('%s', (expression) => {
    expect([...new Set(check(expression).problems.map(({ code }) => code))]).toEqual(['RB0203']);
  });

  test.each([
    "has(data.email) && email == 'x'",
    'has(data.email) && data.email == "x"',
    'has(data.email) ? email : "none"',
    '!has(data.email) || email == "x"',
    '!(!has(data.email)) && email == "x"',
    'has(data.email) && has(data.home) && email == home.street',
    '(has(data.email) && ok) ? email : ""',
    'has(data.email) && (n > 3 || email == "x")',
    'has(data.home.city) && home.city == home.street',
    'has(data.home) && has(home.city) && home.city == ""',
    'has(items[0].mail) && items[0].mail == ""',
    'items.filter(i, has(i.mail)).all(i, i.mail != "")',
    'items.filter(i, has(i.mail))[0].mail',
    'items.exists(i, has(i.mail) && i.mail == "")',
    'has(call.error) ? call.error.code : ""',
    '"content-type" in data ? data["content-type"] : ""',
    'has(data.desks) && "a" in desks ? desks.a + desks["a"] : ""',
    'has(data.desks) && title in desks ? desks[title] : ""',
    'has(data.free) ? free.whatever.there.may.be : ""',
    '{"OPEN": 1, "CLOSED": 2, "FINISHED": 3}[status]',
  ])('%s is proof', (expression) => {
    expect(told(expression)).toEqual([]);
  });

  test('the problem says what to ask', () => {
    expect(told('email')).toEqual([
      "RB0203 [email] `email` may be absent: the schema does not require it // ask has(data.email) first, or write has(data.email) ? email : 'none'",
    ]);
  });

  test('what was proved before holds here', () => {
    const { whenTrue, whenFalse } = check('has(data.email) && n > 3');
    expect([...whenTrue]).toEqual(['data.email']);
    expect([...whenFalse]).toEqual([]);
    expect(told('email', contextOf({ e: SCHEMA }, whenTrue))).toEqual([]);
    expect([...check('!has(data.email)').whenFalse]).toEqual(['data.email']);
    expect([...check('has(data.home.city)').whenTrue]).toEqual(['data.home', 'data.home.city']);
  });

  test('has() of a field whose parent is absent is false, and no failure', () => {
    expect(valueOf('has(data.home.city)')).toBe(false);
    expect(valueOf('has(data.home.city)', { ...DATA, home: { street: 'a', city: 'b' } })).toBe(true);
    expect(valueOf('has(data.nick.x)')).toBe(false);
  });

  test('variables of macros prove nothing outside', () => {
    expect([...check('items.exists(i, has(i.mail))').whenTrue]).toEqual([]);
  });
});

describe('a value that may be null must be asked for', () => {
  test('where something has to be there', () => {
    expect(told('nick.size() > 3')).toEqual(['RB0203 [nick] `data.nick` may be null // ask data.nick != null first']);
    expect(told('nick + "!"')).toHaveLength(1);
    expect(told('nick < "b"')).toHaveLength(1);
  });

  test('comparing it, or giving it as it is, needs no proof', () => {
    expect(told('nick == "a"')).toEqual([]);
    expect(told('nick')).toEqual([]);
  });

  test.each([
    'nick != null && nick.size() > 3',
    'nick == null || nick.size() > 3',
    'nick == "a" && nick.size() == 1',
    'nick == null ? "" : nick + "!"',
  ])('%s is proof', (expression) => expect(told(expression)).toEqual([]));

  test('what was proved before holds here', () => {
    expect(told('nick.size() > 3', contextOf({ e: SCHEMA }, check('nick != null').whenTrue))).toEqual([]);
  });
});

describe('a rule for events of several types', () => {
  const events = {
    'job.start': { type: 'object', required: ['who'], properties: { who: { type: 'string' } } },
    'job.end': { type: 'object', required: ['status'], properties: { status: { enum: ['ERROR', 'FINISHED'] } } },
  };
  const both = contextOf(events);

  test('is told of the type that an expression does not fit', () => {
    expect(told('who', both)).toEqual([
      expect.stringMatching(
        /^RB0202 \[who\] nothing here is called "who" \/\/ .*\(it is so for the event type job\.end\)$/,
      ),
    ]);
  });

  test('may ask which type it is, and then name what that type has', () => {
    expect(told("event.type == 'job.start' && who == 'x'", both)).toEqual([]);
    expect(told("event.type == 'job.start' ? who : status", both)).toEqual([]);
    expect(told("event.type != 'job.start' ? who : status", both)).toHaveLength(1);
  });

  test('knows in its branches which type it is', () => {
    const { whenTrue, whenFalse } = check("event.type == 'job.start'", both);
    expect(told('who', { ...both, present: whenTrue })).toEqual([]);
    expect(told('status', { ...both, present: whenFalse })).toEqual([]);
    expect(told('status', { ...both, present: whenTrue })).toHaveLength(1);
  });

  test('asks for a type that never comes', () => {
    expect(told("event.type == 'job.stat'", both)).toEqual([
      "RB0204 [event.type == 'job.stat'] `event.type` is never 'job.stat' // did you mean \"job.start\"?",
    ]);
  });
});
