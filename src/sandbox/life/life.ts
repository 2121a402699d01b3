import { API_VERSION, callSeconds, rfc2822 } from '../api/resource.ts';
import type { Call, CallEvent, Sms } from '../ledger.ts';
import type { Network } from '../network.ts';
import type { Outbound } from './outbound.ts';
import { hear } from './script.ts';

/**
 * The life of a message after it was queued: sending, sent, delivered, each told to its callback. Twilio makes none
 * for the first state. Rejects when the network stops.
 */
export async function carryMessage(network: Network, queued: Sms): Promise<void> {
  const { clock } = network;
  const { messages } = network.books;
  let sms = queued;
  for (const status of ['sending', 'sent', 'delivered'] as const) {
    await pause(network);
    sms = messages.change(sms, { status, ...(status === 'sent' && { sentAt: clock.now() }) });
    if (sms.statusCallback === null) continue;
    const params = smsParams(network, sms);
    const note = await report(network, status, { method: 'POST', url: sms.statusCallback, params });
    if (note) sms = messages.change(sms, { notes: [...sms.notes, note] });
  }
}

/**
 * The life of a call after it was queued: initiated (which only a callback tells of), ringing, in-progress, completed.
 * Rejects when the network stops.
 */
export async function carryCall(network: Network, queued: Call): Promise<void> {
  const { clock } = network;
  const { calls } = network.books;
  await pause(network);
  let call = await tellOf(network, queued, 'initiated');
  await pause(network);
  call = await tellOf(network, calls.change(call, { status: 'ringing' }), 'ringing');
  await pause(network);
  call = calls.change(call, { status: 'in-progress', startedAt: clock.now() });
  call = await tellOf(network, call, 'answered');
  call = calls.change(call, await listen(network, call));
  await pause(network);
  call = calls.change(call, { status: 'completed', endedAt: clock.now() });
  await tellOf(network, call, 'completed');
}

async function pause({ clock, paceMs, stopping }: Network): Promise<void> {
  await clock.sleep(paceMs, stopping);
}

/** Callbacks of one call go one after the other here; at Twilio they may overtake each other. */
async function tellOf(network: Network, call: Call, event: CallEvent): Promise<Call> {
  const callback = call.statusCallback;
  if (!callback?.events.includes(event)) return call;
  const { method, url } = callback;
  const note = await report(network, event, { method, url, params: eventParams(network, call, event) });
  return network.books.calls.change(call, {
    callbackCount: call.callbackCount + 1,
    ...(note && { notes: [...call.notes, note] }),
  });
}

/** A callback that fails is not made again, as at Twilio; it is noted, in the words returned. */
async function report({ send, stopping }: Network, event: string, outbound: Outbound): Promise<string | null> {
  const reply = await send(outbound);
  stopping.throwIfAborted();
  if (reply.kind === 'failed') return `The callback for ${event} failed: ${reply.reason}.`;
  const { status } = reply.response;
  return status < 400 ? null : `The callback for ${event} was answered with status ${status}.`;
}

function smsParams({ accountSid }: Network, sms: Sms): Record<string, string> {
  return {
    AccountSid: accountSid,
    ApiVersion: API_VERSION,
    From: sms.from,
    MessageSid: sms.sid,
    MessageStatus: sms.status,
    SmsSid: sms.sid,
    SmsStatus: sms.status,
    To: sms.to,
    ...(sms.messagingServiceSid && { MessagingServiceSid: sms.messagingServiceSid }),
  };
}

function eventParams(network: Network, call: Call, event: CallEvent): Record<string, string> {
  return {
    ...callParams(network, call),
    CallStatus: event === 'initiated' ? 'initiated' : call.status,
    CallbackSource: 'call-progress-events',
    SequenceNumber: String(call.callbackCount),
    Timestamp: rfc2822(network.clock.now()),
    // `Duration` is in minutes begun: what is paid for.
    ...(event === 'completed' && {
      CallDuration: String(callSeconds(call)),
      Duration: String(Math.ceil(callSeconds(call) / 60)),
    }),
  };
}

/** What Twilio sends with everything about a call. */
function callParams({ accountSid }: Network, call: Call): Record<string, string> {
  return {
    AccountSid: accountSid,
    ApiVersion: API_VERSION,
    CallSid: call.sid,
    CallStatus: call.status,
    Called: call.to,
    Caller: call.from,
    Direction: 'outbound-api',
    From: call.from,
    To: call.to,
  };
}

/** What the person hears, once the call is answered. */
async function listen(network: Network, call: Call): Promise<Partial<Call>> {
  const script = call.script;
  const { notes } = call;
  switch (script.kind) {
    case 'text':
      return follow(call, script.text);
    case 'application':
      return { notes: [...notes, 'The script of an application is kept at Twilio, so nothing was said.'] };
    case 'url': {
      const { method, url } = script;
      const reply = await network.send({ method, url, params: callParams(network, call) });
      network.stopping.throwIfAborted();
      if (reply.kind === 'failed') return { notes: [...notes, `No script: ${reply.reason}.`], heard: [said(APOLOGY)] };
      const { status, body } = reply.response;
      if (status >= 200 && status < 300) return follow(call, body);
      return {
        notes: [...notes, `Error 11200: the script was answered with status ${status}.`],
        heard: [said(APOLOGY)],
      };
    }
    default:
      return script satisfies never;
  }
}

/** What Twilio says to the person when a script cannot be had or read; the call then ends as completed. */
const APOLOGY = 'We are sorry, an application error has occurred. Goodbye.';

function follow({ notes }: Call, script: string): Partial<Call> {
  const heard = hear(script);
  if (heard.kind === 'unreadable')
    return { notes: [...notes, `Error 12100: ${heard.reason}.`], heard: [said(APOLOGY)] };
  const { words, leftOut } = heard;
  const all = { heard: [said(words)] };
  return leftOut.length === 0 ? all : { ...all, notes: [...notes, `Not acted out here: ${leftOut.join(', ')}.`] };
}

function said(words: string): Call['heard'][number] {
  return { kind: 'say', words, voice: null, language: null };
}
