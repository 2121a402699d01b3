import { expect, test } from 'vitest';
import { withTable } from '../../../src/plugins/twilio/response-url.ts';
import { readTable } from '../../../src/plugins/twilio/table.ts';
import type { JsonObject } from '../../../src/schema/schema.ts';

const BIN = 'https://example.com/bin';

const CASES: readonly (readonly [string, JsonObject, string])[] = [
  [BIN, {}, BIN],
  [BIN, { name: 'Ana' }, `${BIN}?name=Ana`],
  [BIN, { name: 'Ana', mid: 7 }, `${BIN}?name=Ana&mid=7`],
  [`${BIN}?key=1`, { name: 'Ana' }, `${BIN}?key=1&name=Ana`],
  [`${BIN}?`, { name: 'Ana' }, `${BIN}?name=Ana`],
  [`${BIN}?key=1&`, { name: 'Ana' }, `${BIN}?key=1&name=Ana`],
  [`${BIN}?key=1#top`, { name: 'Ana' }, `${BIN}?key=1&name=Ana`],
  [`${BIN}#top`, {}, BIN],
  [BIN, { 'a&b=c': '& = # + ? / ;' }, `${BIN}?a%26b%3Dc=%26%20%3D%20%23%20%2B%20%3F%20%2F%20%3B`],
  [BIN, { name: 'kůň 😀' }, `${BIN}?name=k%C5%AF%C5%88%20%F0%9F%98%80`],
  [BIN, { name: 'half \ud800 pair' }, `${BIN}?name=half%20%EF%BF%BD%20pair`],
  [BIN, { name: null, flag: true }, `${BIN}?name=&flag=true`],
];

test.each(CASES)('%s with %j becomes %s', (url, table, expected) => {
  expect(withTable(url, readTable(table))).toBe(expected);
});

test('gives every key and value back to whoever reads the query', () => {
  const table = { '__proto__ ': '%41 %', 'a[b]': 'x&y=z#w+v?u', "it's": '(!*~)\r\n' };
  const query = new URL(withTable(`${BIN}?key=1`, readTable(table))).searchParams;
  expect(Object.fromEntries(query)).toEqual({ key: '1', ...table });
});
