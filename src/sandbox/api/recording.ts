import type { HttpResponse } from '../../http/http.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { Call, Recording } from '../ledger.ts';
import { withCall } from './call.ts';
import { withConference } from './conference.ts';
import { allOwn, created, deleted, type Endpoint, own, shown, type Visit } from './endpoint.ts';
import { textOf } from './form.ts';
import { list } from './list.ts';
import { refusal } from './refusal.ts';
import { API_VERSION, partsOf, pathOf, rfc2822 } from './resource.ts';

const OF_CALL = 'Accounts/:account/Calls/:call/Recordings';
const OF_CONFERENCE = 'Accounts/:account/Conferences/:conference/Recordings';

/** What was recorded (https://www.twilio.com/docs/voice/api/recording): that and how long, not the sound itself. */
export const recordingEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: 'Accounts/:account/Recordings', handle: (visit) => listRecordings(visit, () => true) },
  {
    method: 'GET',
    path: 'Accounts/:account/Recordings/:recording',
    handle: withRecording((recording, { network }) => shown(recordingResource(recording, network))),
  },
  { method: 'DELETE', path: 'Accounts/:account/Recordings/:recording', handle: withRecording(remove) },
  { method: 'POST', path: OF_CALL, handle: withCall(start) },
  {
    method: 'GET',
    path: OF_CALL,
    handle: withCall(({ sid }, visit) => listRecordings(visit, ({ callSid }) => callSid === sid)),
  },
  {
    method: 'GET',
    path: `${OF_CALL}/:recording`,
    handle: withRecording((recording, { network }) => shown(recordingResource(recording, network))),
  },
  { method: 'POST', path: `${OF_CALL}/:recording`, handle: withRecording(stop) },
  { method: 'DELETE', path: `${OF_CALL}/:recording`, handle: withRecording(remove) },
  {
    method: 'GET',
    path: OF_CONFERENCE,
    handle: withConference(({ sid }, visit) => listRecordings(visit, ({ conferenceSid }) => conferenceSid === sid)),
  },
];

/** Of the call in the path, where there is one: its `Twilio.CURRENT` is the one that is going on. */
export function withRecording(act: (recording: Recording, visit: Visit) => HttpResponse): Endpoint['handle'] {
  return (visit) => {
    const { network, params, account } = visit;
    const { recordings } = network.books;
    const { call, recording: sid = '' } = params;
    const found =
      sid === 'Twilio.CURRENT'
        ? recordings.all().find(({ callSid, status }) => callSid === call && status === 'in-progress')
        : recordings.find(sid);
    const recording = own(found, account);
    if (!recording || (call !== undefined && recording.callSid !== call)) return refusal(20404);
    return act(recording, visit);
  };
}

function listRecordings(visit: Visit, belongs: (recording: Recording) => boolean): HttpResponse {
  const { network, account } = visit;
  return list(visit, {
    name: 'recordings',
    entries: allOwn(network.books.recordings.all(), account).filter(belongs),
    sidOf: ({ sid }) => sid,
    show: (recording) => recordingResource(recording, network),
    equal: {
      CallSid: ({ callSid }, wanted) => callSid === wanted,
      ConferenceSid: ({ conferenceSid }, wanted) => conferenceSid === wanted,
    },
    dates: { DateCreated: ({ createdAt }) => createdAt },
  });
}

/** Records a call from now on, to its end or until it is stopped. */
function start(call: Call, { network }: Visit): HttpResponse {
  if (call.status !== 'in-progress') return refusal(21220);
  const now = network.clock.now();
  const recording = network.books.recordings.add({
    kind: 'recording',
    sid: network.newSid('RE'),
    accountSid: call.accountSid,
    callSid: call.sid,
    conferenceSid: null,
    status: 'in-progress',
    source: 'StartCallRecordingAPI',
    durationSeconds: 0,
    startedAt: now,
    createdAt: now,
    updatedAt: now,
  });
  return created(recordingResource(recording, network));
}

function stop(recording: Recording, { network, form }: Visit): HttpResponse {
  if (textOf(form, 'Status') !== 'stopped') return refusal(20001, 'Status can only be stopped');
  if (asItIs(recording, network).status !== 'in-progress') return refusal(21220);
  const durationSeconds = secondsFrom(recording.startedAt, network.clock.now());
  const stopped = network.books.recordings.change(recording, { status: 'completed', durationSeconds });
  return shown(recordingResource(stopped, network));
}

function remove(recording: Recording, { network }: Visit): HttpResponse {
  if (asItIs(recording, network).status === 'in-progress') return refusal(20009);
  network.books.recordings.remove(recording.sid);
  return deleted();
}

/** A recording that was started by the API ends with its call, and nobody writes that down. */
function asItIs(recording: Recording, { books }: Visit['network']): Recording {
  const endedAt = books.calls.find(recording.callSid)?.endedAt ?? null;
  if (recording.status !== 'in-progress' || endedAt === null) return recording;
  return { ...recording, status: 'completed', durationSeconds: secondsFrom(recording.startedAt, endedAt) };
}

function secondsFrom(startedAt: number, endedAt: number): number {
  return Math.max(1, Math.round((endedAt - startedAt) / 1000));
}

function recordingResource(kept: Recording, network: Visit['network']): JsonObject {
  const recording = asItIs(kept, network);
  const path = pathOf(recording.accountSid, 'Recordings', recording.sid);
  return {
    account_sid: recording.accountSid,
    api_version: API_VERSION,
    call_sid: recording.callSid,
    channels: 1,
    conference_sid: recording.conferenceSid,
    date_created: rfc2822(recording.createdAt),
    date_updated: rfc2822(recording.updatedAt),
    // Twilio says -1 as long as it goes on.
    duration: recording.status === 'in-progress' ? '-1' : String(recording.durationSeconds),
    encryption_details: null,
    error_code: null,
    media_url: path,
    price: null,
    price_unit: 'USD',
    sid: recording.sid,
    source: recording.source,
    start_time: rfc2822(recording.startedAt),
    status: recording.status,
    subresource_uris: partsOf(path, ['AddOnResults', 'Transcriptions']),
    track: 'both',
    uri: `${path}.json`,
  };
}
