import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { element, elementsNamed, readXml, textOf, writeXml } from '../../src/xml/xml.ts';

const SEED = 20261002;

test('writes a document with its declaration', () => {
  const document = element('messages', [element('auth', [element('name', 'a<b')]), element('dlr', 'X', { uniq: 'X' })]);
  expect(writeXml(document)).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><messages><auth><name>a&lt;b</name></auth><dlr uniq="X">X</dlr></messages>',
  );
});

test('gives all words back as they were, in text and in attributes', () => {
  const words = fc
    .string({ unit: 'binary' })
    .map((text) => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?'));
  fc.assert(
    fc.property(words, words, (inside, attribute) => {
      const read = readXml(writeXml(element('a', [element('b', inside, { c: attribute })])));
      expect(read?.children).toEqual([{ name: 'b', attributes: { c: attribute }, children: [], text: inside }]);
    }),
    { seed: SEED },
  );
});

test('writes no character that XML cannot hold', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readXml(writeXml(element('a', text, { b: text })))).toBeDefined();
    }),
    { seed: SEED },
  );
});

test.each([
  ['nothing', ''],
  ['no XML', '{"status": 0}'],
  ['a document that breaks off', '<status><code uniq="a">0</code>'],
  ['a document that breaks off in a tag', '<status><code uniq="a'],
  ['tags that do not match', '<status><code uniq="a">0</code></other>'],
  ['words after the end', '<status/>and more'],
  ['an attribute that stands twice', '<status><code uniq="a" uniq="b">0</code></status>'],
  ['an attribute without quotes', '<status><code uniq=a>0</code></status>'],
  ['an entity of its own', '<!DOCTYPE a [<!ENTITY x "0">]><a><code>&x;</code></a>'],
  ['a page', '<!doctype html><html><body>x<br></body></html>'],
  ['elements without end', '<a>'.repeat(100) + '</a>'.repeat(100)],
])('reads nothing of %s', (_, text) => {
  expect(readXml(text)).toBeUndefined();
});

test('reads no more than is there of every beginning of a document', () => {
  const text = writeXml(
    element('status', [element('code', '0', { uniq: 'a' }), element('code', '350', { uniq: 'b' })]),
  );
  for (let length = 0; length < text.length; length++) expect(readXml(text.slice(0, length))).toBeUndefined();
  expect(readXml(text)).toBeDefined();
});

test('reads CDATA, a byte order mark, comments and namespaces', () => {
  const root = readXml('\uFEFF<?xml version="1.0"?><!-- x --><a xmlns="urn:a"><b>1<![CDATA[<2>]]></b><c> 3 </c></a>');
  expect(root && [textOf(root, 'b'), textOf(root, 'c'), textOf(root, 'd')]).toEqual(['1<2>', '3', undefined]);
});

test('finds elements by their name at any depth', () => {
  const root = readXml('<a><code>1</code><b><code>2</code></b></a>');
  expect(root && elementsNamed(root, 'code').map(({ text }) => text)).toEqual(['1', '2']);
});
