import { segmentsOf } from '../../message/message.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { Call, Sms } from '../ledger.ts';

/** The one version of Twilio's API that is played here. */
export const API_VERSION = '2010-04-01';

/** A message as Twilio answers it. */
export function smsResource(sms: Sms, accountSid: string): JsonObject {
  const path = `/${API_VERSION}/Accounts/${accountSid}/Messages/${sms.sid}`;
  return {
    account_sid: accountSid,
    api_version: API_VERSION,
    body: sms.body,
    date_created: rfc2822(sms.createdAt),
    date_sent: sms.sentAt && rfc2822(sms.sentAt),
    date_updated: rfc2822(sms.updatedAt),
    direction: sms.direction,
    error_code: sms.errorCode,
    error_message: null,
    from: sms.from || null,
    messaging_service_sid: sms.messagingServiceSid,
    num_media: String(sms.mediaUrls.length),
    num_segments: String(segmentsOf(sms.body).parts),
    price: null,
    price_unit: 'USD',
    sid: sms.sid,
    status: sms.status,
    subresource_uris: { media: `${path}/Media.json` },
    to: sms.to,
    uri: `${path}.json`,
  };
}

/** A call as Twilio answers it. It returns neither its script nor its address. */
export function callResource(call: Call, accountSid: string): JsonObject {
  const path = `/${API_VERSION}/Accounts/${accountSid}/Calls/${call.sid}`;
  return {
    account_sid: accountSid,
    annotation: null,
    answered_by: call.answeredBy,
    api_version: API_VERSION,
    caller_name: null,
    date_created: rfc2822(call.createdAt),
    date_updated: rfc2822(call.updatedAt),
    direction: call.direction,
    duration: call.endedAt && String(callSeconds(call)),
    end_time: call.endedAt && rfc2822(call.endedAt),
    forwarded_from: null,
    from: call.from,
    from_formatted: call.from,
    group_sid: null,
    parent_call_sid: call.parentCallSid,
    phone_number_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    sid: call.sid,
    start_time: call.startedAt && rfc2822(call.startedAt),
    status: call.status,
    subresource_uris: Object.fromEntries(CALL_PARTS.map((part) => [part.toLowerCase(), `${path}/${part}.json`])),
    to: call.to,
    to_formatted: call.to,
    trunk_sid: null,
    uri: `${path}.json`,
  };
}

const CALL_PARTS = ['Events', 'Notifications', 'Payments', 'Recordings', 'Siprec', 'Streams', 'Transcriptions'];

/** How long a call was answered, in whole seconds: one that was answered at all lasted at least one. */
export function callSeconds({ startedAt, endedAt }: Call): number {
  return startedAt === null || endedAt === null ? 0 : Math.max(1, Math.round((endedAt - startedAt) / 1000));
}

/** `Mon, 09 Nov 2026 10:11:12 +0000`: the dates of Twilio's answers and callbacks. */
export function rfc2822(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000');
}
