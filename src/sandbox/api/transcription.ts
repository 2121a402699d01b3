import type { HttpResponse } from '../../http/http.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { Transcription } from '../ledger.ts';
import { allOwn, deleted, type Endpoint, own, shown, type Visit } from './endpoint.ts';
import { list } from './list.ts';
import { withRecording } from './recording.ts';
import { refusal } from './refusal.ts';
import { API_VERSION, pathOf, rfc2822 } from './resource.ts';

const OF_RECORDING = 'Accounts/:account/Recordings/:recording/Transcriptions';

/** Recordings as text (https://www.twilio.com/docs/voice/api/recording-transcription). */
export const transcriptionEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: 'Accounts/:account/Transcriptions', handle: (visit) => listTranscriptions(visit, () => true) },
  {
    method: 'GET',
    path: OF_RECORDING,
    handle: withRecording(({ sid }, visit) => listTranscriptions(visit, ({ recordingSid }) => recordingSid === sid)),
  },
  ...['Accounts/:account/Transcriptions', OF_RECORDING].flatMap((path): Endpoint[] => [
    {
      method: 'GET',
      path: `${path}/:transcription`,
      handle: withTranscription((transcription) => shown(transcriptionResource(transcription))),
    },
    { method: 'DELETE', path: `${path}/:transcription`, handle: withTranscription(remove) },
  ]),
];

function withTranscription(act: (transcription: Transcription, visit: Visit) => HttpResponse): Endpoint['handle'] {
  return (visit) => {
    const { network, params, account } = visit;
    const found = own(network.books.transcriptions.find(params['transcription'] ?? ''), account);
    const { recording = found?.recordingSid } = params;
    return found && found.recordingSid === recording ? act(found, visit) : refusal(20404);
  };
}

function listTranscriptions(visit: Visit, belongs: (transcription: Transcription) => boolean): HttpResponse {
  const { network, account } = visit;
  return list(visit, {
    name: 'transcriptions',
    entries: allOwn(network.books.transcriptions.all(), account).filter(belongs),
    sidOf: ({ sid }) => sid,
    show: transcriptionResource,
  });
}

function remove({ sid }: Transcription, { network }: Visit): HttpResponse {
  network.books.transcriptions.remove(sid);
  return deleted();
}

function transcriptionResource(transcription: Transcription): JsonObject {
  return {
    account_sid: transcription.accountSid,
    api_version: API_VERSION,
    date_created: rfc2822(transcription.createdAt),
    date_updated: rfc2822(transcription.updatedAt),
    duration: String(transcription.durationSeconds),
    price: null,
    price_unit: 'USD',
    recording_sid: transcription.recordingSid,
    sid: transcription.sid,
    status: transcription.status,
    transcription_text: transcription.text,
    type: 'fast',
    uri: `${pathOf(transcription.accountSid, 'Transcriptions', transcription.sid)}.json`,
  };
}
