import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkTwilioCall } from '../../../src/plugins/twilio/twilio_call.check.ts';
import { type Files, problemsOf } from '../project.ts';

const NUMBERS = "twilioNumber: '+34666555777'\ndestinationNumber: '+34777666555'\n";
const SAYS_NAME = '<Response><Say>{{name}}</Say></Response>';
const NAME = `    correspondance: { name: \${title} }\n`;

/** A call with the resource's numbers, and these lines more. */
function call(lines = ''): string {
  return `- twilio_call:\n    twilio_resource: phone\n    default_number: '1'\n${lines}`;
}

const clean: Readonly<Record<string, Files>> = {
  'template of the resource': { do: call(NAME), phone: `${NUMBERS}template: a.xml`, templates: { 'a.xml': SAYS_NAME } },
  'template of the op': { do: call(`    template: a.xml\n${NAME}`), phone: NUMBERS, templates: { 'a.xml': SAYS_NAME } },
  'responseUrl, whose Bin is elsewhere': { do: call(NAME), phone: `${NUMBERS}responseUrl: https://example.com/bin` },
  'responseUrl before the template of the resource': {
    do: call(),
    phone: `${NUMBERS}responseUrl: https://example.com/bin\ntemplate: a.xml`,
    templates: { 'a.xml': SAYS_NAME },
  },
  'numbers of the op, and none in the resource': {
    do: `- twilio_call:\n    twilio_resource: phone\n    default_number: 0\n    twilio_number: '+34666555777'\n    destination_number: '+34777666555'\n`,
    phone: 'responseUrl: https://example.com/bin',
  },
  'a template that only an expression names': { do: call(`    template: \${title}\n`), phone: NUMBERS },
};

for (const [what, files] of Object.entries(clean)) {
  test(`passes a call with ${what}`, () => {
    expect(problemsOf(files)).toEqual([]);
  });
}

test.each(["'0'", '0', 'false'])('asks for both numbers when default_number is %s', (off) => {
  const problems = problemsOf({
    do: `- twilio_call:\n    twilio_resource: phone\n    default_number: ${off}\n`,
    phone: 'responseUrl: https://example.com/bin',
  });
  expect(problems).toEqual([
    'r.yml:3:5 RB0106 Error in rulebook (compile): Required argument(s) missing for op "twilio_call": "twilio_number", "destination_number"',
  ]);
});

test('asks only for the number that is missing', () => {
  const problems = problemsOf({
    do: "- twilio_call:\n    twilio_resource: phone\n    default_number: '0'\n    twilio_number: '+34666555777'\n",
    phone: 'responseUrl: https://example.com/bin',
  });
  expect(problems).toEqual([expect.stringMatching(/: "destination_number"$/)]);
});

test('names the field and the file of a resource that lacks a number', () => {
  expect(
    problemsOf({ do: call(), phone: "twilioNumber: '+34666555777'\nresponseUrl: https://example.com/bin" }),
  ).toEqual([
    'r.yml:5:23 RB0304 `default_number` asks for the numbers of "phone" (resources/phone.yml), which has no `destinationNumber`' +
      " | give resources/phone.yml a `destinationNumber`, such as '+34777666555'",
  ]);
});

test('finds a call that has nothing to say', () => {
  expect(problemsOf({ do: call(), phone: NUMBERS })).toEqual([
    'r.yml:4:24 RB0304 resource "phone" (resources/phone.yml) has neither a `template` nor a `responseUrl`: there is nothing to say' +
      ' | give resources/phone.yml a `template` of resources/templates/, or the op one',
  ]);
});

test('finds a template of the resource that does not exist, where the resource names it', () => {
  const templates = { 'incident.xml': '<Response/>' };
  expect(problemsOf({ do: call(), phone: `${NUMBERS}template: incidents.xml`, templates })).toEqual([
    'phone.yml:6:11 RB0401 there is no template "incidents.xml" | did you mean "incident.xml"?',
  ]);
});

test('finds variables that the table lacks and entries that no template uses', () => {
  const table = `    correspondance:\n      nam: \${title}\n      mid: \${mid}\n`;
  expect(
    problemsOf({ do: call(table), phone: `${NUMBERS}template: a.xml`, templates: { 'a.xml': SAYS_NAME } }),
  ).toEqual([
    'r.yml:7:9 RB0404 template "a.xml" says {{name}}, which `correspondance` does not give | the table has "nam": did you mean that?',
    'r.yml:7:9 RB0405 (warning) template "a.xml" does not use "nam" | the template has {{name}}',
    'r.yml:8:9 RB0405 (warning) template "a.xml" does not use "mid" | take it out, or say {{mid}} in the template',
  ]);
});

test('finds the missing variables of a call without a table, at the op', () => {
  expect(problemsOf({ do: call(), phone: `${NUMBERS}template: a.xml`, templates: { 'a.xml': SAYS_NAME } })).toEqual([
    'r.yml:3:5 RB0404 template "a.xml" says {{name}}, which `correspondance` does not give | add `name: ...` to `correspondance`',
  ]);
});

test('takes no inherited name for an entry', () => {
  const templates = { 'a.xml': '<Response><Say>{{constructor}}{{__proto__}}</Say></Response>' };
  const codes = problemsOf({ do: call(), phone: `${NUMBERS}template: a.xml`, templates }).map(
    (line) => line.split(' ')[1],
  );
  expect(codes).toEqual(['RB0404', 'RB0404']);
});

test('counts a variable in an attribute, and none in a comment', () => {
  const templates = { 'a.xml': '<Response><!-- {{old}} --><Say voice="{{name}}">Hello</Say></Response>' };
  expect(problemsOf({ do: call(NAME), phone: `${NUMBERS}template: a.xml`, templates })).toEqual([]);
});

test('loads the published example with a warning that says what to write', () => {
  const templates = { 'a.xml': readFileSync(new URL('fixtures/published.xml', import.meta.url), 'utf8') };
  const table = `{ name: \${title}, description: \${title}, status: \${title}, creator: \${title}, mid: \${mid} }`;
  const files = { do: call(`    correspondance: ${table}\n`), phone: `${NUMBERS}template: a.xml`, templates };
  expect(problemsOf(files)).toEqual([
    'a.xml:1:3 RB0403 (warning) <?XML is not well-formed XML; it is read as <?xml | write <?xml version="1.0" encoding="UTF-8"?>',
  ]);
});

test('finds a broken template at its place, and then says nothing of its variables', () => {
  const templates = { 'a.xml': '<Response>\n  <Say>{{name}}</Play>\n</Response>' };
  expect(problemsOf({ do: call(), phone: `${NUMBERS}template: a.xml`, templates })).toEqual([
    'a.xml:2:16 RB0402 </Play> closes <Say> | write </Say>',
  ]);
});

/** The problems of a call whose template says this, with this table. */
function ofScript(inside: string, table: string): readonly string[] {
  const templates = { 'a.xml': `<Response>${inside}</Response>` };
  return problemsOf({
    do: call(`    correspondance: { ${table} }\n`),
    phone: `${NUMBERS}template: a.xml`,
    templates,
  });
}

test.each([
  [
    '<Say>{{note}} {{note}}</Say>',
    'r.yml:6:23 RB0408 (warning) this <Say> can come to 6,001 characters, and the basic voices say at most 4,096' +
      ' | {{note}} alone can have 3,000: give its field a smaller `maxLength`, or say less',
  ],
  [
    '<Say voice="Polly.Ana">Hello {{note}}</Say>',
    "r.yml:6:23 RB0408 (warning) this <Say> can come to 3,006 characters, and Polly's voices say at most 3,000" +
      ' | {{note}} alone can have 3,000: give its field a smaller `maxLength`, or say less',
  ],
  [
    `<Say>{{note}}</Say><Say>${'x'.repeat(1_000)}</Say>`,
    'r.yml:6:23 RB0408 (warning) this script can come to 4,081 characters; beyond 4,000 Twilio fetches it,' +
      ' for which ringbook.yml needs a `publicUrl`' +
      ' | {{note}} alone can have 3,000: give its field a smaller `maxLength`, or say less',
  ],
  [
    `<Say>${'x'.repeat(4_097)}{{#note}}y{{/note}}</Say>`,
    'a.xml:1:11 RB0408 this <Say> has 4,097 characters without its variables, and the basic voices say at most 4,096' +
      ' | say less',
  ],
])('says how long a script can get, %#', (inside, problem) => {
  expect(ofScript(inside, `note: \${note}`)).toEqual([problem]);
});

test('shows where the template says what can get too long', () => {
  const source = { file: 'a.xml', text: '<Response><Say>{{n}}</Say></Response>' };
  const at = { source: { file: 'r.yml', text: 'x' }, start: 0, end: 1 };
  const entries = { n: { key: at, pieces: [{ schema: { type: 'string', maxLength: 5_000 } }] } };
  const args = { template: { literal: 'a.xml', at }, correspondance: { literal: undefined, at, entries } };
  const problems = checkTwilioCall({
    op: 'twilio_call',
    at,
    args,
    resource: () => undefined,
    senderSetting: () => undefined,
    isSenderOptional: () => false,
    callerSetting: () => undefined,
    flowSetting: () => undefined,
    flowRefusal: () => undefined,
    hasAccents: () => true,
    texts: () => undefined,
    template: () => source,
    templateNames: ['a.xml'],
    missing: () => ({ code: 'RB0106', severity: 'error', message: '' }),
  });
  expect(problems[0]?.related).toEqual([{ at: { source, start: 10, end: 14 }, message: 'the template says it here' }]);
});

test('takes a variable without a known length for one that has none', () => {
  expect(ofScript('<Say>{{a}}{{b}}</Say>', `a: \${title}, b: 'x'`)).toEqual([]);
});

test.each([
  [`note: \${note}`, undefined],
  [`note: \${title}`, undefined],
  [`note: \${urgent}`, undefined],
  [`note: \${mid}`, undefined],
  ['note: false', undefined],
  [
    `note: \${name}`,
    'r.yml:6:25 RB0411 (warning) template "a.xml" asks whether there is a "note", and there always is: it can be neither' +
      ' empty, null nor false | take {{#note}} and {{^note}} out of the template',
  ],
  [
    `note: 'Note: \${title}'`,
    'r.yml:6:25 RB0411 (warning) template "a.xml" asks whether there is a "note", and there always is: it can be neither' +
      ' empty, null nor false | take {{#note}} and {{^note}} out of the template',
  ],
])('holds a section against the table %s', (table, problem) => {
  expect(ofScript('<Say>x{{#note}} y{{/note}}</Say>', table)[0]).toBe(problem);
});

test('asks the table for the name of a section', () => {
  expect(ofScript('<Say>x{{#note}} y{{/note}}</Say>', '')).toEqual([
    'r.yml:6:23 RB0404 template "a.xml" says {{note}}, which `correspondance` does not give' +
      ' | add `note: ...` to `correspondance`',
  ]);
});

test('finds TwiML that Twilio would refuse', () => {
  expect(ofScript('<Say>x</Say><Hangup>now</Hangup>', '')).toEqual([
    'a.xml:1:31 RB0407 words that stand directly in <Hangup> are never said | take them out',
  ]);
});
