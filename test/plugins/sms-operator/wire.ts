/** SMS Operator as far as sending and asking go: how documents read, posted as they are or as a form, and how it answers. */

import type { ErrorCase, WireSubject } from '../../../src/testing/provider-subject.ts';
import type { WireAnswer, WireRequest } from '../../../src/testing/provider-wire.ts';
import { elementsNamed, readXml, textOf, type XmlElement } from '../../../src/xml/xml.ts';

export const wire: WireSubject = {
  readSend(request) {
    const [item] = itemsOf(request);
    return item && { to: textOf(item, 'MobileTerminate') ?? '', words: textOf(item, 'Text') ?? '' };
  },
  accepted: (request) => statuses(itemsOf(request).map((item) => [textOf(item, 'SmsId') ?? '', '11'])),
  refused: () => statuses([['TEST-attempt-1', '8']]),
  asked(request, held) {
    const known = new Map(held.map(({ providerId, status }) => [providerId, status]));
    return statuses(askedIn(request).map((smsId) => [smsId, known.get(smsId) ?? '15']));
  },
  providerId: (number) => `TEST-${number}`,
  ownId: (attemptId) => `TEST-${attemptId}`,
};

/** Every status that a send can be answered with and that is no success. */
export const errors: readonly ErrorCase[] = [
  { ...ofStatus('1', 'not delivered'), expected: 'final' },
  { ...ofStatus('2', 'no such number'), expected: 'final' },
  { ...ofStatus('4', 'not a valid phone number'), expected: 'final' },
  { ...ofStatus('7', 'too long'), expected: 'final' },
  { ...ofStatus('9', 'not known here'), expected: 'final' },
  { ...ofStatus('3', 'ran out'), expected: 'unknown' },
  { ...ofStatus('5', 'does not name'), expected: 'unknown' },
  { ...ofStatus('6', 'a fault at the operator'), expected: 'unknown' },
  { ...ofStatus('15', 'no message of this id'), expected: 'unknown' },
];

/** The messages of a request that sends. */
export function itemsOf(request: WireRequest): readonly XmlElement[] {
  return elementsNamed(documentOf(request), 'DataItem');
}

/** The ids of a request that asks. */
export function askedIn(request: WireRequest): readonly string[] {
  const document = documentOf(request);
  const header = document.children.find(({ name }) => name === 'DataHeader');
  if (!header || textOf(header, 'DataType') !== 'SMS-Status') return [];
  return elementsNamed(document, 'SmsId').map(({ text }) => text);
}

/** The document of a request, which is itself the body or the field `xml` of a form. */
function documentOf({ headers, body }: WireRequest): XmlElement {
  const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
  const document = readXml(isForm ? (new URLSearchParams(body).get('xml') ?? '') : body);
  if (!document) throw new Error('the request is no document');
  return document;
}

/** An answer with a status for each message. */
export function statuses(list: readonly (readonly [smsId: string, status: string])[]): WireAnswer {
  const items = list.map(([smsId, status]) => `<DataItem><SmsId>${smsId}</SmsId><Status>${status}</Status></DataItem>`);
  const body = `<SmsServices><DataArray>${items.join('')}</DataArray></SmsServices>`;
  const headers = { 'content-type': 'text/xml; charset=utf-8' };
  return { status: 200, headers, body: `<?xml version="1.0" encoding="utf-8"?>${body}` };
}

function ofStatus(code: string, meaning: string): Omit<ErrorCase, 'expected'> {
  return { code, answer: statuses([['TEST-attempt-1', code]]), meaning };
}
