import { API_VERSION, callSeconds, rfc2822 } from '../api/resource.ts';
import type { Call, CallEvent, Sms } from '../ledger.ts';

/** What a request of Twilio's carries, by name. */
export type Parameters = Readonly<Record<string, string>>;

/** What Twilio tells of the state of a message that was sent. */
export function smsParameters(sms: Sms): Parameters {
  return {
    AccountSid: sms.accountSid,
    ApiVersion: API_VERSION,
    From: sms.from,
    MessageSid: sms.sid,
    MessageStatus: sms.status,
    SmsSid: sms.sid,
    SmsStatus: sms.status,
    To: sms.to,
    ...(sms.messagingServiceSid && { MessagingServiceSid: sms.messagingServiceSid }),
    ...(sms.errorCode !== null && { ErrorCode: String(sms.errorCode) }),
  };
}

/** What Twilio sends to the address of a number that was written to. */
export function inboundSmsParameters(sms: Sms): Parameters {
  return {
    AccountSid: sms.accountSid,
    ApiVersion: API_VERSION,
    Body: sms.body,
    From: sms.from,
    MessageSid: sms.sid,
    NumMedia: '0',
    NumSegments: '1',
    SmsMessageSid: sms.sid,
    SmsSid: sms.sid,
    SmsStatus: 'received',
    To: sms.to,
  };
}

/** What Twilio sends with everything about a call. */
export function callParameters(call: Call): Parameters {
  return {
    AccountSid: call.accountSid,
    ApiVersion: API_VERSION,
    CallSid: call.sid,
    CallStatus: call.status,
    Called: call.to,
    Caller: call.from,
    Direction: call.direction,
    From: call.from,
    To: call.to,
    ...(call.parentCallSid && { ParentCallSid: call.parentCallSid }),
    ...(call.answeredBy && { AnsweredBy: call.answeredBy }),
  };
}

/** What a callback of a call tells. */
export function eventParameters(call: Call, event: CallEvent, now: number): Parameters {
  return {
    ...callParameters(call),
    CallStatus: event === 'initiated' ? 'initiated' : call.status,
    CallbackSource: 'call-progress-events',
    SequenceNumber: String(call.callbackCount),
    Timestamp: rfc2822(now),
    // `Duration` is in minutes begun: what is paid for.
    ...(event === 'completed' && {
      CallDuration: String(callSeconds(call)),
      Duration: String(Math.ceil(callSeconds(call) / 60)),
    }),
  };
}
