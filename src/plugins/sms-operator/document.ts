import type { Draft } from '../../message/message.ts';
import { element, elementsNamed, readXml, textOf, writeXml, type XmlElement } from '../../xml/xml.ts';
import type { Account } from './account.ts';

/** A message with its id at SMS Operator. */
export interface Item {
  readonly smsId: string;
  readonly draft: Draft;
}

/** The document that sends messages. */
export function sendDocument(account: Account, items: readonly Item[]): string {
  return envelope(account, 'SMS', [element('DataTemplate', items.map(dataItem))]);
}

/** The document that asks how messages fare. */
export function statusDocument(account: Account, smsIds: readonly string[]): string {
  return envelope(
    account,
    'SMS-Status',
    smsIds.map((smsId) => element('SmsId', smsId)),
  );
}

function envelope(account: Account, dataType: string, inside: readonly XmlElement[]): string {
  const header = element('DataHeader', [
    element('DataType', dataType),
    element('UserName', account.username),
    element('Password', account.password()),
  ]);
  return writeXml(element('SmsServices', [header, element('DataArray', inside)]));
}

function dataItem({ smsId, draft: { to, from, content } }: Item): XmlElement {
  return element('DataItem', [
    ...(from === '' ? [] : [element('PhoneNumberMo', from)]),
    element('MobileTerminate', to),
    element('Text', content.kind === 'text' ? content.text : ''),
    element('SmsId', smsId),
  ]);
}

/** The status of each message by its id; undefined for an answer that is none, or not whole. Two that differ are none. */
export function readStatuses(text: string): ReadonlyMap<string, string> | undefined {
  const root = readXml(text);
  if (!root) return undefined;
  const statuses = new Map<string, string>();
  const doubtful = new Set<string>();
  for (const item of elementsNamed(root, 'DataItem')) {
    const [smsId, status] = [textOf(item, 'SmsId') ?? '', textOf(item, 'Status') ?? ''];
    if (smsId === '' || !/^\d{1,3}$/.test(status)) return undefined;
    if ((statuses.get(smsId) ?? status) !== status) doubtful.add(smsId);
    statuses.set(smsId, status);
  }
  for (const smsId of doubtful) statuses.delete(smsId);
  return statuses;
}
