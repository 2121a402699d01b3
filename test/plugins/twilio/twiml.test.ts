import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OpFailed } from '../../../src/plugin/plugin.ts';
import { readTable } from '../../../src/plugins/twilio/table.ts';
import { renderTwiml } from '../../../src/plugins/twilio/twiml.ts';
import type { JsonObject } from '../../../src/schema/schema.ts';

const TEMPLATE = '<Response><Say voice="{{voice}}">Hello {{name}}!</Say><Play loop="1">{{mid}}</Play></Response>';

function render(template: string, table: JsonObject): string {
  return renderTwiml({ file: 'resources/templates/a.xml', text: template }, readTable(table));
}

/** What an XML parser makes of a text: an independent, and very small, reading of the XML recommendation. */
function parsed(xml: string): { tags: readonly string[]; texts: readonly string[]; attributes: readonly string[] } {
  const parts = xml.split(/(<[^>]*>)/);
  const tags = parts.filter((part) => part.startsWith('<'));
  return {
    tags: tags.map((tag) => tag.replaceAll(/"[^"]*"/g, '""')),
    texts: parts.filter((part) => part !== '' && !part.startsWith('<')).map(undone),
    attributes: tags.flatMap((tag) => [...tag.matchAll(/"([^"]*)"/g)].map((match) => undone(match[1] ?? ''))),
  };
}

function undone(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (_, decimal?: string, name?: string) =>
    decimal ? String.fromCodePoint(Number(decimal)) : (named[name ?? ''] ?? '?'),
  );
}

const HOSTILE = [
  '<Hangup/>',
  '</Say></Response>',
  ']]>',
  '<![CDATA[x]]>',
  '<!-- x -->',
  '<?xml version="1.0"?>',
  '&lt;',
  '&amp;lt;',
  '&amp;#65;',
  '&#60;Hangup/&#62;',
  '&#x3C;',
  '&nbsp;',
  '& and &&',
  '{{mid}}',
  '{{{mid}}}',
  '{{#mid}}',
  `\${title}`,
  `" onload="x" '`,
  `it's "quoted"`,
  '😀 family 👨‍👩‍👧',
  'Příliš žluťoučký kůň',
  'a\tb\nc\r\nd\re',
  ' leading and trailing ',
  '\u0085\u2028\u00a0',
  '$& $1 $`',
];

test.each(HOSTILE)('says %j as it is, in text and in an attribute', (words) => {
  const said = parsed(render(TEMPLATE, { voice: words, name: words, mid: words }));
  expect(said.texts).toEqual([`Hello ${words}!`, words]);
  expect(said.attributes.slice(-2)).toEqual([words, '1']);
});

test('never changes the tree, whatever pieces the data is made of', () => {
  const { tags } = parsed(render(TEMPLATE, { voice: 'alice', name: 'Ana', mid: '7' }));
  const pieces = [
    ...HOSTILE,
    '<',
    '>',
    '&',
    '"',
    "'",
    ';',
    '#',
    '\0',
    '\ud800',
    '\udc00',
    '\ufffe',
    '/',
    '=',
    '!',
    '-',
  ];
  let seed = 1;
  const pick = (): string => {
    seed = (seed * 48271) % 2147483647;
    return pieces[seed % pieces.length] ?? '';
  };
  for (let round = 0; round < 2_000; round++) {
    const [voice, name, mid] = [pick() + pick(), pick() + pick() + pick(), `x${pick()}${pick()}`];
    const said = parsed(render(TEMPLATE, { voice, name, mid }));
    expect(said.tags).toEqual(tags);
    expect(said.texts).toEqual([`Hello ${replaced(name)}!`, replaced(mid)]);
    expect(said.attributes.at(-2)).toBe(replaced(voice));
  }
});

/** What XML 1.0 cannot hold, replaced as documented. */
function replaced(text: string): string {
  return text.toWellFormed().replaceAll('\0', ' ').replaceAll('\ufffe', '\ufffd');
}

test.each([
  ['a\0b', 'a b'],
  ['a\u0001\u0008\u000b\u000c\u000e\u001fb', 'a      b'],
  ['\ud800', '\ufffd'],
  ['a\udc00b', 'a\ufffdb'],
  ['\uffff', '\ufffd'],
])('replaces %j, which XML cannot hold, by %j', (words, said) => {
  expect(parsed(render('<Response><Say>{{name}}</Say></Response>', { name: words })).texts).toEqual([said]);
});

test.each([
  ['text', 'text'],
  [12, '12'],
  [1.5, '1.5'],
  [true, 'true'],
  [false, 'false'],
  [null, ''],
])('says the value %j as %j', (value, said) => {
  expect(render('<Response><Say>[{{name}}]</Say></Response>', { name: value })).toContain(`<Say>[${said}]</Say>`);
});

test('says nothing for a variable that is not given, nor for an inherited one', () => {
  const template = '<Response><Say>[{{x}}{{constructor}}{{__proto__}}{{toString}}{{name.length}}]</Say></Response>';
  expect(render(template, { name: 'Ana' })).toContain('<Say>[]</Say>');
});

test.each([
  ['a list', ['a']],
  ['an object', { a: 1 }],
])('refuses %s, which has no words of its own', (kind, value) => {
  expect(() => render(TEMPLATE, { name: value })).toThrow(
    new OpFailed(`"correspondance" gives ${kind} for "name": a text, a number or a boolean can be said`),
  );
});

test.each<[JsonObject, string]>([
  [{ note: 'short' }, 'Note: short.'],
  [{ note: '' }, 'No note.'],
  [{ note: null }, 'No note.'],
  [{ note: false }, 'No note.'],
  [{ note: 0 }, 'No note.'],
  [{ note: 'false' }, 'Note: false.'],
  [{ note: true }, 'Note: true.'],
  [{}, 'No note.'],
])('says the section that fits %j', (table, said) => {
  const template = '<Response><Say>{{#note}}Note: {{note}}.{{/note}}{{^note}}No note.{{/note}}</Say></Response>';
  expect(parsed(render(template, table)).texts).toEqual([said]);
});

test('keeps the words of the template as they were written', () => {
  const said = '&amp;lt; &amp;#65; &lt;b&gt; &#123;{name}} <![CDATA[ & {{name}} ]]>';
  const { texts } = parsed(render(`<Response><Say>${said}</Say></Response>`, { name: 'Ana' }));
  expect(texts).toEqual(['&lt; &#65; <b> {{name}}  & Ana ']);
});

test('leaves comments of both kinds out', () => {
  const xml = render('<Response><!-- to {{name}} --><Say>Hi{{! a note }}</Say></Response>', {});
  expect(xml).toBe('<?xml version="1.0" encoding="UTF-8"?><Response><Say>Hi</Say></Response>');
});

test('keeps prefixed names, empty elements and nesting', () => {
  const body = '<Gather numDigits="1"><Say><lang xml:lang="es-ES">Hola</lang></Say></Gather><Hangup/>';
  expect(render(`<Response>${body}</Response>`, {})).toBe(
    `<?xml version="1.0" encoding="UTF-8"?><Response>${body}</Response>`,
  );
});

test('renders the published example, upper-case declaration and all', () => {
  const template = readFileSync(new URL('fixtures/published.xml', import.meta.url), 'utf8');
  const table = { name: 'Disk <full>', mid: 42, creator: 'ana', status: 'New', description: null };
  expect(render(template, table)).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><Response>\n    <Say voice="alice">New incident created by ana with MID 42 in Clarive.\n' +
      '      Name: Disk &lt;full&gt;.\n      Status: New.\n      Description: .\n    </Say>\n  </Response>',
  );
});

test('refuses a template that the check refuses', () => {
  expect(() => render('<?XML version="1.0"?><Response><Say></Response>', {})).toThrow(
    new OpFailed('resources/templates/a.xml: </Response> closes <Say>'),
  );
});
