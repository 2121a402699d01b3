import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readTemplate, variablesOf } from '../../../src/plugins/twilio/template.ts';

function problemsIn(text: string): readonly string[] {
  return readTemplate({ file: 'a.xml', text }).problems.map(
    ({ code, at, message }) => `${code} ${JSON.stringify(at?.source.text.slice(at.start, at.end))} ${message}`,
  );
}

/** What stands in `<Say>`, and what is found there. */
const SAID: readonly (readonly [string, string | undefined])[] = [
  ['{{name}} and {{ name }}', undefined],
  ['{{! for the next reader }}', undefined],
  ['}} alone', undefined],
  ['fish &amp; chips &lt; &#60; &#x1F600;', undefined],
  ['<![CDATA[ fish & chips < {{name}} ]]>', undefined],
  ['<amazon:effect name="whispered">psst</amazon:effect><lang xml:lang="es-ES">hola</lang>', undefined],
  ['{{{name}}}', 'RB0406 "{{{name}}}" {{{name}}} is not supported in a script'],
  ['{{& name}}', 'RB0406 "{{& name}}" {{& name}} is not supported in a script'],
  ['{{> part}}', 'RB0406 "{{> part}}" {{> part}} is not supported in a script'],
  ['{{=<% %>=}}', 'RB0406 "{{=<% %>=}}" {{=<% %>=}} is not supported in a script'],
  ['{{#list}}x{{/list}}', 'RB0406 "{{#list}}" {{#list}} is not supported in a script'],
  ['{{^list}}x{{/list}}', 'RB0406 "{{^list}}" {{^list}} is not supported in a script'],
  ['{{#list}}<Pause/>{{/list}}', 'RB0406 "{{#list}}" {{#list}} is not supported in a script'],
  ['{{a<b}}', 'RB0406 "{{a<b}}" {{a<b}} is not supported in a script'],
  ['Name: {{name', 'RB0406 "{{" this {{ is not closed'],
  ['{{name, {{mid}}', 'RB0406 "{{" this {{ is not closed'],
  ['fish & chips', 'RB0402 "&" this & begins no reference'],
  ['&nbsp;', 'RB0402 "&" this & begins no reference'],
  ['&#0;', 'RB0402 "&#0;" &#0; is no character that XML allows'],
  ['&#xD800;', 'RB0402 "&#xD800;" &#xD800; is no character that XML allows'],
  ['a < b', 'RB0402 "<" this < begins no element'],
  ['<![CDATA[ x', 'RB0402 "<!" this CDATA section has no end'],
  ['<!-- x', 'RB0402 "<!" this comment has no end'],
  ['<break a="1" a="2"/>', 'RB0402 "a" `a` is given twice'],
  ['<break a=1/>', 'RB0402 "a" an attribute is a name, = and a value in quotes'],
  ['<break a="1/><Pause/>', 'RB0402 "a" the value of `a` has no closing quote'],
  ['<break', 'RB0402 "<break" the tag <break has no end'],
];

test.each(SAID)('in <Say>%s</Say> it finds %s', (said, problem) => {
  const problems = problemsIn(`<Response><Say>${said}</Say></Response>`);
  expect(problems[0]).toBe(problem);
});

test.each([
  ['', 'RB0402 "" there is no element in this file'],
  ['<response/>', 'RB0402 "<response" the outermost element is <response>, and Twilio reads only <Response>'],
  ['<Response/><Response/>', 'RB0402 "<Response" <Response> stands after the end of <Response>'],
  ['<Response/> bye', 'RB0402 "b" there are words outside of <Response>'],
  ['hello <Response/>', 'RB0402 "h" there are words outside of <Response>'],
  ['<Response><Say>', 'RB0402 "<Say" <Say> is never closed'],
  ['</Response>', 'RB0402 "</Response>" nothing is open that </Response> could close'],
  ['<!DOCTYPE x [<!ENTITY a "b">]><Response/>', 'RB0402 "<!" a script has no document type'],
  ['<Response/><?xml version="1.0"?>', 'RB0402 "<?xml" an XML declaration can only stand at the very start'],
])('of %j it says: %s', (text, problem) => {
  expect(problemsIn(text)[0]).toBe(problem);
});

test('finds all tags that are not supported, not only the first', () => {
  const problems = problemsIn('<Response><Say voice="{{{a}}}">{{&b}}</Say><Say>{{>c}}</Say></Response>');
  expect(problems.map((problem) => problem.slice(0, 6))).toEqual(['RB0406', 'RB0406', 'RB0406']);
});

test('gives the place of each variable', () => {
  const text = '<Response><Say voice="{{voice}}">Hi &amp; {{ name }}</Say></Response>';
  const variables = variablesOf(readTemplate({ file: 'a.xml', text }));
  expect(variables.map(({ at }) => text.slice(at.start, at.end))).toEqual(['{{voice}}', '{{ name }}']);
});

test.each(['incident.xml', 'job.xml', 'new-user.xml'])('finds nothing wrong in resources/templates/%s', (name) => {
  expect(problemsIn(readFileSync(new URL(`../../../resources/templates/${name}`, import.meta.url), 'utf8'))).toEqual(
    [],
  );
});
