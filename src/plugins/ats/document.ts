import type { Draft } from '../../message/message.ts';
import { element, elementsNamed, readXml, writeXml, type XmlElement } from '../../xml/xml.ts';
import type { Account } from './account.ts';

/** A message with its id at ATS. */
export interface Item {
  readonly uniq: string;
  readonly draft: Draft;
}

/** The document that sends messages. */
export function sendDocument(account: Account, items: readonly Item[]): string {
  return envelope(
    account,
    items.map(({ uniq, draft }) => sms(account, uniq, draft)),
  );
}

/** The document that asks how messages fare. */
export function queryDocument(account: Account, uniqs: readonly string[]): string {
  return envelope(
    account,
    uniqs.map((uniq) => element('dlr', uniq, { uniq })),
  );
}

function envelope(account: Account, items: readonly XmlElement[]): string {
  const auth = element('auth', [element('name', account.username), element('password', account.password())]);
  return writeXml(element('messages', [auth, ...items]));
}

function sms(account: Account, uniq: string, { to, from, content }: Draft): XmlElement {
  const body = element('body', content.kind === 'text' ? content.text : '', { order: '0', billing: '0' });
  return element('sms', [body], {
    type: 'text',
    uniq,
    sender: from,
    recipient: to,
    opmid: account.operatorId,
    // Asks for a report of delivery, which the delivery query then knows.
    dlr: '1',
    validity: String(account.validityMinutes),
    kw: account.keyword,
    ...(account.textId !== undefined && { textid: account.textId }),
  });
}

/** The codes of an answer: of each message by its id, and of the request as a whole. */
export interface Codes {
  readonly byUniq: ReadonlyMap<string, string>;
  /** A code that stands for no message is an error of the request. */
  readonly ofRequest: string | undefined;
}

/** Reads an answer; undefined for what is none, or not whole. A message with two codes that differ has none. */
export function readCodes(text: string): Codes | undefined {
  const root = readXml(text);
  if (root?.name !== 'status') return undefined;
  const codes = elementsNamed(root, 'code').map(({ attributes, text: code }) => ({
    uniq: attributes['uniq'] ?? '',
    code: code.trim(),
  }));
  if (!codes.every(({ code }) => /^\d{1,4}$/.test(code))) return undefined;
  const byUniq = new Map<string, string>();
  const doubtful = new Set<string>();
  for (const { uniq, code } of codes) {
    if ((byUniq.get(uniq) ?? code) !== code) doubtful.add(uniq);
    byUniq.set(uniq, code);
  }
  for (const uniq of doubtful) byUniq.delete(uniq);
  const ofRequest = byUniq.get('');
  byUniq.delete('');
  return { byUniq, ofRequest };
}
