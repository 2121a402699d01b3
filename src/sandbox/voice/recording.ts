import { API_VERSION, rfc2822 } from '../api/resource.ts';
import type { Call, Recording } from '../ledger.ts';
import type { Network } from '../network.ts';
import { methodOf } from './attribute.ts';
import type { Element } from './document.ts';

/** A recording that begins now. */
export function beginRecording(
  { accountSid, books, clock, newSid }: Network,
  source: Recording['source'],
  callSid: string,
  conferenceSid: string | null = null,
): Recording {
  const now = clock.now();
  return books.recordings.add({
    kind: 'recording',
    sid: newSid('RE'),
    accountSid,
    callSid,
    conferenceSid,
    status: 'in-progress',
    source,
    durationSeconds: 0,
    startedAt: now,
    createdAt: now,
    updatedAt: now,
  });
}

/** Ends a recording; `absent` is one on which nobody said anything. */
export function endRecording(
  { books, clock }: Network,
  recording: Recording,
  status: 'completed' | 'absent' = 'completed',
): Recording {
  // Of what was recorded at all a second is kept, as a call that was answered lasts one.
  const durationSeconds = Math.max(1, Math.round((clock.now() - recording.startedAt) / 1000));
  return books.recordings.change(recording, { status, durationSeconds: status === 'absent' ? 0 : durationSeconds });
}

/** Where a recording is found. */
export function recordingUrl(network: Network, { sid }: Recording): string {
  return `${network.baseUrl()}/${API_VERSION}/Accounts/${network.accountSid}/Recordings/${sid}`;
}

/** What an `action` is told of a recording. */
export function recordingParameters(network: Network, recording: Recording): Record<string, string> {
  return {
    RecordingDuration: String(recording.durationSeconds),
    RecordingSid: recording.sid,
    RecordingUrl: recordingUrl(network, recording),
  };
}

/** What the `recordingStatusCallback` of a verb is told, or undefined where it wants to know nothing of this state. */
export function recordingCallback(
  network: Network,
  { attributes, ...rest }: Element,
  recording: Recording,
  call: Call,
): { url: string; method: 'GET' | 'POST'; params: Record<string, string> } | undefined {
  const url = attributes.get('recordingStatusCallback');
  const events = (attributes.get('recordingStatusCallbackEvent') || 'completed').split(' ');
  if (!url || !events.includes(recording.status)) return undefined;
  return {
    url,
    method: methodOf({ attributes, ...rest }, 'recordingStatusCallbackMethod'),
    params: {
      ...recordingParameters(network, recording),
      AccountSid: call.accountSid,
      CallSid: call.sid,
      RecordingChannels: '1',
      RecordingSource: recording.source,
      RecordingStartTime: rfc2822(recording.startedAt),
      RecordingStatus: recording.status,
      ...(recording.conferenceSid && { ConferenceSid: recording.conferenceSid }),
    },
  };
}
