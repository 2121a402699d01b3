import type { HttpResponse } from '../../http/http.ts';
import { segmentsOf } from '../../message/message.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { Sms, SmsStatus } from '../ledger.ts';
import { allOwn, created, deleted, type Endpoint, own, shown, type Visit } from './endpoint.ts';
import { textOf } from './form.ts';
import { list } from './list.ts';
import { readSms, refuseSms } from './message-form.ts';
import { refusal, wordsOf } from './refusal.ts';
import { API_VERSION, partsOf, pathOf, rfc2822, rfc2822OrNull } from './resource.ts';

/** Text messages (https://www.twilio.com/docs/messaging/api/message-resource). */
export const messageEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: 'Accounts/:account/Messages', isCreation: true, handle: create },
  { method: 'GET', path: 'Accounts/:account/Messages', handle: listMessages },
  { method: 'GET', path: 'Accounts/:account/Messages/:message', handle: withMessage((sms) => shown(smsResource(sms))) },
  { method: 'POST', path: 'Accounts/:account/Messages/:message', handle: withMessage(update) },
  { method: 'DELETE', path: 'Accounts/:account/Messages/:message', handle: withMessage(remove) },
];

/** Answers with what `act` makes of the message that is asked for. */
export function withMessage(act: (sms: Sms, visit: Visit) => HttpResponse): Endpoint['handle'] {
  return (visit) => {
    const { network, params, account } = visit;
    const sms = own(network.books.messages.find(params['message'] ?? ''), account);
    return sms ? act(sms, visit) : refusal(20404);
  };
}

function create(visit: Visit): HttpResponse {
  const refused = refuseSms(visit);
  if (refused) return refusal(refused.code, refused.detail);
  const sms = visit.network.books.messages.add(readSms(visit));
  visit.lives.begin(sms);
  return created(smsResource(sms));
}

function listMessages(visit: Visit): HttpResponse {
  const { network, account } = visit;
  return list(visit, {
    name: 'messages',
    entries: network.faults.seen(allOwn(network.books.messages.all(), account), network.clock.now()),
    sidOf: ({ sid }) => sid,
    show: smsResource,
    equal: { To: ({ to }, wanted) => to === wanted, From: ({ from }, wanted) => from === wanted },
    dates: { DateSent: ({ sentAt }) => sentAt },
  });
}

/** An empty body takes the words out; `canceled` calls off what waits for its time. */
function update(sms: Sms, { form, network, lives }: Visit): HttpResponse {
  const isCalledOff = form.get('Status') === 'canceled';
  if (form.get('Status') && !isCalledOff) return refusal(20001, 'Status can only be canceled');
  if (textOf(form, 'Body')) return refusal(20001, 'Body can only be empty');
  if (isCalledOff && !lives.cancelMessage(sms.sid)) return refusal(30409);
  const { messages } = network.books;
  const changed = form.has('Body') ? messages.change(messages.find(sms.sid) ?? sms, { body: '' }) : sms;
  return shown(smsResource(isCalledOff ? { ...changed, status: 'canceled' } : changed));
}

const LAST: readonly SmsStatus[] = ['delivered', 'undelivered', 'failed', 'canceled', 'received'];

function remove(sms: Sms, { network }: Visit): HttpResponse {
  if (!LAST.includes(sms.status)) return refusal(20009);
  network.books.messages.remove(sms.sid);
  return deleted();
}

/** A message as Twilio answers it. */
function smsResource(sms: Sms): JsonObject {
  const path = pathOf(sms.accountSid, 'Messages', sms.sid);
  return {
    account_sid: sms.accountSid,
    api_version: API_VERSION,
    body: sms.body,
    date_created: rfc2822(sms.createdAt),
    date_sent: rfc2822OrNull(sms.sentAt),
    date_updated: rfc2822(sms.updatedAt),
    direction: sms.direction,
    error_code: sms.errorCode,
    error_message: wordsOf(sms.errorCode),
    from: sms.from || null,
    messaging_service_sid: sms.messagingServiceSid,
    num_media: String(sms.mediaUrls.length),
    num_segments: String(segmentsOf(sms.body).parts),
    price: null,
    price_unit: 'USD',
    sid: sms.sid,
    status: sms.status,
    subresource_uris: partsOf(path, ['Media', 'Feedback']),
    to: sms.to,
    uri: `${path}.json`,
  };
}
