import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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
