/** ATS as far as sending and the delivery query go: how documents read, and how it answers. */

import type { ErrorCase, WireSubject } from '../../../src/testing/provider-subject.ts';
import type { WireAnswer, WireRequest } from '../../../src/testing/provider-wire.ts';
import { elementsNamed, readXml, type XmlElement } from '../../../src/xml/xml.ts';

export const wire: WireSubject = {
  readSend(request) {
    const [sms] = itemsOf(request, 'sms');
    return sms && { to: sms.attributes['recipient'] ?? '', words: sms.children[0]?.text ?? '' };
  },
  accepted: (request) => codes(itemsOf(request, 'sms').map(({ attributes }) => [attributes['uniq'] ?? '', '0'])),
  refused: () => codeOfRequest('399'),
  asked(request, held) {
    const statuses = new Map(held.map(({ providerId, status }) => [providerId, status]));
    return codes(itemsOf(request, 'dlr').map(({ text }) => [text, statuses.get(text) ?? '20']));
  },
  providerId: (number) => `TEST-${number}`,
  ownId: (attemptId) => `TEST-${attemptId}`,
};

/** Every code that a send can be refused with, as an error of the request. */
export const errors: readonly ErrorCase[] = [
  final('100', 'the user name and the password do not belong together'),
  final('320', 'keyword of the project is missing'),
  final('321', 'keyword of the project is not valid'),
  final('330', 'sender number is missing'),
  final('331', 'sender number is not valid'),
  final('332', 'from handsets are barred'),
  final('333', 'to handsets are barred'),
  final('334', 'limit of the day'),
  final('335', 'limit of the project'),
  final('336', 'may not write to that country'),
  final('337', 'Slovakia'),
  final('338', 'short code'),
  final('339', 'sender number is not known'),
  final('340', 'no type'),
  final('341', 'too long'),
  final('342', 'more than 10 parts'),
  final('343', 'sender or the recipient is not valid'),
  final('350', 'not a valid phone number'),
  final('360', 'may not set the text'),
  final('361', 'shown as sender is not valid'),
  final('362', 'several parts'),
  final('701', 'no XML'),
  final('702', 'could not read the XML'),
  final('703', 'by POST only'),
  final('705', 'not of the form'),
  doubt('1', 'does not name'),
  doubt('200', 'database'),
  doubt('20', 'no message of this id'),
  doubt('300', 'twice in one request'),
  doubt('999', 'not known here'),
];

/** The elements of a request that are messages (`sms`) or questions (`dlr`). */
export function itemsOf({ body }: WireRequest, name: 'sms' | 'dlr'): readonly XmlElement[] {
  const root = readXml(body);
  return root ? elementsNamed(root, name) : [];
}

/** An answer with a code for each message. */
export function codes(list: readonly (readonly [uniq: string, code: string])[]): WireAnswer {
  const inside = list.map(([uniq, code]) => `<code uniq="${uniq}">${code}</code>`);
  return xml(`<status>${inside.join('')}</status>`);
}

export function codeOfRequest(code: string): WireAnswer {
  return xml(`<status><code>${code}</code></status>`);
}

function final(code: string, meaning: string): ErrorCase {
  return { code, answer: codeOfRequest(code), expected: 'final', meaning };
}

function doubt(code: string, meaning: string): ErrorCase {
  return { code, answer: codeOfRequest(code), expected: 'unknown', meaning };
}

function xml(body: string): WireAnswer {
  const headers = { 'content-type': 'text/xml; charset=utf-8' };
  return { status: 200, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}
