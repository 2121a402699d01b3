import type { HttpResponse } from '../../http/http.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { Call } from '../ledger.ts';
import { readCall, refuseCall, refuseScript, refuseWays, timeLimitOf } from './call-form.ts';
import { allOwn, created, deleted, type Endpoint, own, shown, type Visit } from './endpoint.ts';
import { callbackOf, methodOf, scriptUrlOf, textOf } from './form.ts';
import { list } from './list.ts';
import { refusal } from './refusal.ts';
import { API_VERSION, callSeconds, partsOf, pathOf, rfc2822, rfc2822OrNull } from './resource.ts';

/** Calls (https://www.twilio.com/docs/voice/api/call-resource). */
export const callEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: 'Accounts/:account/Calls', isCreation: true, handle: create },
  { method: 'GET', path: 'Accounts/:account/Calls', handle: listCalls },
  { method: 'GET', path: 'Accounts/:account/Calls/:call', handle: withCall((call) => shown(callResource(call))) },
  { method: 'POST', path: 'Accounts/:account/Calls/:call', handle: withCall(update) },
  { method: 'DELETE', path: 'Accounts/:account/Calls/:call', handle: withCall(remove) },
];

/** Answers with what `act` makes of the call that is asked for. */
export function withCall(act: (call: Call, visit: Visit) => HttpResponse): Endpoint['handle'] {
  return (visit) => {
    const { network, params, account } = visit;
    const call = own(network.books.calls.find(params['call'] ?? ''), account);
    return call ? act(call, visit) : refusal(20404);
  };
}

function create(visit: Visit): HttpResponse {
  const refused = refuseCall(visit, { isScriptNeeded: true });
  if (refused) return refusal(refused.code, refused.detail);
  const call = visit.network.books.calls.add(readCall(visit));
  visit.lives.begin(call);
  return created(callResource(call));
}

function listCalls(visit: Visit): HttpResponse {
  const { network, account } = visit;
  return list(visit, {
    name: 'calls',
    entries: network.faults.seen(allOwn(network.books.calls.all(), account), network.clock.now()),
    sidOf: ({ sid }) => sid,
    show: callResource,
    equal: {
      To: ({ to }, wanted) => to === wanted,
      From: ({ from }, wanted) => from === wanted,
      ParentCallSid: ({ parentCallSid }, wanted) => parentCallSid === wanted,
      Status: ({ status }, wanted) => status === wanted,
    },
    dates: { StartTime: ({ startedAt }) => startedAt, EndTime: ({ endedAt }) => endedAt },
  });
}

const ENDS = ['canceled', 'completed'] as const;

/** Ends a call, or gives it another script. */
function update(call: Call, { form, network, lives }: Visit): HttpResponse {
  const wanted = textOf(form, 'Status');
  const status = ENDS.find((known) => known === wanted);
  if (wanted && !status) return refusal(20001, `Status can only be ${ENDS.join(' or ')}`);
  const refused = refuseScript(form, false) ?? refuseWays(form);
  if (refused) return refusal(refused.code, refused.detail);
  const { calls } = network.books;
  const ending = status && endingOf(call, status);
  if (ending ? !lives.end(call.sid, ending) : !redirect(call, form, lives)) return refusal(21220);
  const changes = changesOf(form);
  const now = calls.find(call.sid) ?? call;
  const changed = Object.keys(changes).length > 0 ? calls.change(now, changes) : now;
  // The call is about to end as this.
  return shown(callResource(ending ? { ...changed, status: ending } : changed));
}

/** What the caller wants to be told, and for how long it may last, can change too. */
function changesOf(form: URLSearchParams): Partial<Call> {
  const [callback, limit] = [callbackOf(form), timeLimitOf(form)];
  const fallback = scriptUrlOf(form, 'FallbackUrl', 'FallbackMethod');
  return {
    ...(callback && { statusCallback: callback }),
    ...(limit !== undefined && { timeLimitSeconds: limit }),
    ...(fallback && { fallback }),
  };
}

/** `completed` hangs up whatever goes on; a call that nobody answered yet ends as canceled. */
function endingOf({ startedAt }: Call, status: 'canceled' | 'completed'): 'canceled' | 'completed' {
  return status === 'completed' && startedAt === null ? 'canceled' : status;
}

/** True where no other script is asked for. */
function redirect({ sid }: Call, form: URLSearchParams, lives: Visit['lives']): boolean {
  const [url, text] = [textOf(form, 'Url'), textOf(form, 'Twiml')];
  if (url) return lives.redirect(sid, { kind: 'url', url, method: methodOf(form, 'Method') });
  return text ? lives.redirect(sid, { kind: 'text', text }) : true;
}

function remove(call: Call, { network }: Visit): HttpResponse {
  if (call.endedAt === null && ['queued', 'ringing', 'in-progress'].includes(call.status)) return refusal(20009);
  network.books.calls.remove(call.sid);
  return deleted();
}

/** A call as Twilio answers it. It returns neither its script nor its address. */
function callResource(call: Call): JsonObject {
  const path = pathOf(call.accountSid, 'Calls', call.sid);
  return {
    account_sid: call.accountSid,
    annotation: null,
    answered_by: call.answeredBy,
    api_version: API_VERSION,
    caller_name: null,
    date_created: rfc2822(call.createdAt),
    date_updated: rfc2822(call.updatedAt),
    direction: call.direction,
    duration: call.endedAt === null ? null : String(callSeconds(call)),
    end_time: rfc2822OrNull(call.endedAt),
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
    start_time: rfc2822OrNull(call.startedAt),
    status: call.status,
    subresource_uris: partsOf(path, CALL_PARTS),
    to: call.to,
    to_formatted: call.to,
    trunk_sid: null,
    uri: `${path}.json`,
  };
}

/** What Twilio names, though not all of it is played here. */
const CALL_PARTS = ['Events', 'Notifications', 'Payments', 'Recordings', 'Siprec', 'Streams', 'Transcriptions'];
