import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { namesOf, readTemplate } from '../../../src/plugins/twilio/template.ts';

function problemsIn(text: string): readonly string[] {
  return readTemplate({ file: 'a.xml', text }).problems.map(
    ({ code, at, message }) => `${code} ${JSON.stringify(at?.source.text.slice(at.start, at.end))} ${message}`,
  );
}

/** What stands in `<Say>`, and what is found there. */
const SAID: readonly (readonly [string, string | undefined])[] = [
  ['{{name}} and {{ name }}', undefined],
  ['hello {{! for the <b>next</b> reader, & who follows }}', undefined],
  ['}} alone', undefined],
  ['fish &amp; chips &lt; &#60; &#x1F600;', undefined],
  ['<![CDATA[ fish & chips < {{name}} ]]>', undefined],
  ['<amazon:effect name="whispered">psst</amazon:effect><lang xml:lang="es-ES">hola</lang>', undefined],
  ['{{{name}}}', 'RB0406 "{{{name}}}" {{{name}}} is not supported in a script'],
  ['{{& name}}', 'RB0406 "{{& name}}" {{& name}} is not supported in a script'],
  ['{{> part}}', 'RB0406 "{{> part}}" {{> part}} is not supported in a script'],
  ['{{=<% %>=}}', 'RB0406 "{{=<% %>=}}" {{=<% %>=}} is not supported in a script'],
  ['{{#note}}It says: {{note}}.{{/note}}{{^note}}No note.{{/note}}', undefined],
  ['{{#a}}{{#b}}{{^c}}x{{/c}}{{/b}}{{/a}}', undefined],
  ['{{#note}}one <!-- two --> three{{/note}}', undefined],
  ['{{#note}}<break/>{{/note}}', 'RB0406 "{{#note}}" the section "note" does not end within the same words'],
  ['{{#note}}x', 'RB0406 "{{#note}}" the section "note" is never closed'],
  ['x{{/note}}', 'RB0406 "{{/note}}" no section "note" is open here'],
  ['{{#a}}{{#b}}x{{/a}}{{/b}}', 'RB0406 "{{#b}}" the section "b" is never closed'],
  ['{{a<b}}', 'RB0406 "{{a<b}}" {{a<b}} is not supported in a script'],
  ['Name: {{name', 'RB0406 "{{" this {{ is not closed'],
  ['{{name, {{mid}}', 'RB0406 "{{" this {{ is not closed'],
  ['fish & chips', 'RB0402 "&" this & begins no reference'],
  ['&nbsp;', 'RB0402 "&" this & begins no reference'],
  ['a & b &amp; c', 'RB0402 "&" this & begins no reference'],
  ['<break time="a & b"/>', 'RB0402 "&" this & begins no reference'],
  ['x ]]> y', 'RB0402 "]]>" ]]> cannot stand among words'],
  ['<!-- a -- b -->', 'RB0402 "--" a comment cannot hold --'],
  ['<{{name}}/>', 'RB0402 "<" this < begins no element'],
  ['<break {{name}}="1"/>', 'RB0402 "{{name}}" an attribute is a name, = and a value in quotes'],
  ['<break a/>', 'RB0402 "a" an attribute is a name, = and a value in quotes'],
  ['<break a="1"b="2"/>', 'RB0402 "b" an attribute is a name, = and a value in quotes'],
  ['<break / >', 'RB0402 "/" an attribute is a name, = and a value in quotes'],
  ['</>', 'RB0402 "</>" </> closes <Say>'],
  ['</Say >', 'RB0402 "</Say>" </Say> closes <Response>'],
  ['a\u0001b', 'RB0402 "\\u0001" XML does not allow this character'],
  ['\u{f0000} &#xF0001; {{name}}', undefined],
  ['&#0;', 'RB0402 "&#0;" &#0; is no character that XML allows'],
  ['&#xD800;', 'RB0402 "&#xD800;" &#xD800; is no character that XML allows'],
  ['a < b', 'RB0402 "<" this < begins no element'],
  ['<![CDATA[ x', 'RB0402 "<![CDATA[" this CDATA section has no end'],
  ['<!-- x', 'RB0402 "<!--" this comment has no end'],
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
  ['<Say>x</Say>', 'RB0407 "<Say" the outermost element is <Say>, and Twilio reads only <Response>'],
  ['<response/>', 'RB0407 "<response" Twilio does not know <response>: letter case counts'],
  ['<Response/><Response/>', 'RB0402 "<Response" <Response> stands after the end of <Response>'],
  ['<Response/> bye', 'RB0402 "b" there are words outside of <Response>'],
  ['hello <Response/>', 'RB0402 "h" there are words outside of <Response>'],
  ['<Response><Say>fish & chips', 'RB0402 "&" this & begins no reference'],
  ['<Response><Say>x</Say', 'RB0402 "</" the tag </Say has no end'],
  ['<Response><Say voice="x', 'RB0402 "<Say" the tag <Say has no end'],
  ['<Response', 'RB0402 "<Response" the tag <Response has no end'],
  ['<Response><Say>x</Say></Response>&amp;', 'RB0402 "&" there are words outside of <Response>'],
  ['<?xml version="1.0"', 'RB0402 "<?" this declaration has no end'],
  ['<!foo><Response/>', 'RB0402 "<" this < begins no element'],
  ['<Response><Say>', 'RB0402 "<Say" <Say> is never closed'],
  ['</Response>', 'RB0402 "</Response>" nothing is open that </Response> could close'],
  ['<!DOCTYPE x [<!ENTITY a "b">]><Response/>', 'RB0402 "<!DOCTYPE" a script has no document type'],
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
  const variables = namesOf(readTemplate({ file: 'a.xml', text }));
  expect(variables.map(({ at }) => text.slice(at.start, at.end))).toEqual(['{{voice}}', '{{ name }}']);
});

test.each(['incident.xml', 'job.xml', 'new-user.xml'])('finds nothing wrong in resources/templates/%s', (name) => {
  expect(problemsIn(readFileSync(new URL(`../../../resources/templates/${name}`, import.meta.url), 'utf8'))).toEqual(
    [],
  );
});

test('reads a byte order mark, line ends of Windows and spaces before the declaration', () => {
  const text = '\uFEFF\r\n <?xml version="1.0"?>\r\n<Response>\r\n<Say>{{name}}\r\n</Say>\r\n</Response>\r\n';
  const template = readTemplate({ file: 'a.xml', text });
  expect(template.problems).toEqual([]);
  expect(namesOf(template).map(({ at }) => text.slice(at.start, at.end))).toEqual(['{{name}}']);
});

test('refuses a script that is longer than what Twilio reads', () => {
  const say = `<Response><Say>${'x'.repeat(65_536)}</Say></Response>`;
  expect(problemsIn(say)).toEqual(['RB0408 "<" this script has more than 65,536 characters, and Twilio reads no more']);
});

test.each<[string, string]>([
  ['depth of elements', `<Response>${'<Say>'.repeat(10_000)}`],
  ['depth of sections', `<Response><Say>${'{{#a}}'.repeat(4_000)}x${'{{/a}}'.repeat(4_000)}</Say></Response>`],
  ['tags', `<Response><Say>${'{{a}}'.repeat(10_000)}</Say></Response>`],
  ['openings', '{{'.repeat(30_000)],
  ['ampersands', `<Response><Say>${'&'.repeat(60_000)}`],
])('neither hangs nor breaks on any %s', (_, text) => {
  const began = performance.now();
  expect(() => readTemplate({ file: 'a.xml', text })).not.toThrow();
  expect(performance.now() - began).toBeLessThan(1_000);
});

const PIECES = [
  '<',
  '>',
  '/',
  '&',
  ';',
  '"',
  '=',
  '{{',
  '}}',
  '{{a}}',
  '{{#a}}',
  '{{/a}}',
  '<Say>',
  '</Say>',
  '<!--',
  '-->',
];
const MORE = [
  '<![CDATA[',
  ']]>',
  '<?xml',
  '?>',
  '&amp;',
  '&#0;',
  ' ',
  '\r\n',
  'x',
  '\uFEFF',
  '\ud800',
  '<Response>',
  '</Response>',
  '<!',
];

test('keeps every place inside of the file, whatever pieces it is made of', () => {
  let seed = 7;
  const pick = (): string => {
    seed = (seed * 48_271) % 2_147_483_647;
    return [...PIECES, ...MORE][seed % (PIECES.length + MORE.length)] ?? '';
  };
  for (let round = 0; round < 5_000; round++) {
    const text = `<Response><Say>${Array.from({ length: 1 + (round % 9) }, pick).join('')}</Say></Response>`;
    for (const { at, fix } of readTemplate({ file: 'a.xml', text }).problems) {
      for (const span of [at, ...(fix?.edits.map((edit) => edit.at) ?? [])]) {
        expect([text, span && 0 <= span.start && span.start <= span.end && span.end <= text.length]).toEqual([
          text,
          true,
        ]);
      }
    }
  }
});

/** The text after what the fixes do, from the last to the first. */
function mended(text: string): string {
  const edits = readTemplate({ file: 'a.xml', text }).problems.flatMap(({ fix }) => fix?.edits ?? []);
  return edits
    .toSorted((a, b) => b.at.start - a.at.start)
    .reduce((done, { at, text: by }) => done.slice(0, at.start) + by + done.slice(at.end), text);
}

test.each([
  ['  <?XML version="1.0"?><Response/>', '<?xml version="1.0"?><Response/>'],
  ['<Response><say>x</say></Response>', '<Response><Say>x</Say></Response>'],
  ['<RESPONSE><say>x</say><hangup/></RESPONSE>', '<Response><Say>x</Say><Hangup/></Response>'],
  ['<Response><Say Voice="alice">x</Say></Response>', '<Response><Say voice="alice">x</Say></Response>'],
  [
    '<Response><Redirect method="post">x</Redirect></Response>',
    '<Response><Redirect method="POST">x</Redirect></Response>',
  ],
  ['<Response><Say>fish & chips</Say></Response>', '<Response><Say>fish &amp; chips</Say></Response>'],
  ['<Response><Say>1 < 2</Say></Response>', '<Response><Say>1 &lt; 2</Say></Response>'],
  ['<Response><Say>a ]]> b</Say></Response>', '<Response><Say>a ]]&gt; b</Say></Response>'],
])('mends %s, and nothing is wrong with it any more', (text, right) => {
  expect(mended(text)).toBe(right);
  expect(problemsIn(right)).toEqual([]);
});

test('does not guess what &nbsp; was meant for', () => {
  const text = '<Response><Say>a&nbsp;b</Say></Response>';
  expect(mended(text)).toBe(text);
});
