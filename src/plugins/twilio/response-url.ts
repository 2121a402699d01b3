import { type Table, wordsOf } from '../../plugin/plugin.ts';

/**
 * The address of a TwiML Bin with the table as its query, which is where a Bin reads `{{name}}`. A query that is there
 * already is kept; a fragment is cut off, since it never travels, and Twilio's signature leaves it out as well.
 */
export function withTable(responseUrl: string, table: Table): string {
  const url = responseUrl.split('#', 1)[0] ?? '';
  const query = Object.keys(table)
    .map((name) => `${encode(name)}=${encode(wordsOf(table, name))}`)
    .join('&');
  if (query === '') return url;
  return `${url}${separator(url)}${query}`;
}

function separator(url: string): string {
  if (!url.includes('?')) return '?';
  return url.endsWith('?') || url.endsWith('&') ? '' : '&';
}

/** Half a surrogate pair has no encoding, and would throw. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
