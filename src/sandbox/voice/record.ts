import { API_VERSION } from '../api/resource.ts';
import type { Recording } from '../ledger.ts';
import { callParameters } from '../life/parameters.ts';
import { personOf } from '../phones.ts';
import { finishKeysOf, isSet, methodOf, wholeOf } from './attribute.ts';
import type { Element } from './document.ts';
import { beginRecording, endRecording, recordingCallback, recordingParameters, recordingUrl } from './recording.ts';
import { type Next, type Page, type Stage, sourceAt } from './stage.ts';

/** Words, and what ended them: a key, silence, or the end of the call. */
interface Said {
  /** Undefined where nobody knows what was said: a person has ended it by hand. */
  readonly words: string | undefined;
  readonly digits: string;
}

/** Records what the person says: their habit's words, or whatever it is where they end it with a key or hang up. */
export async function record(stage: Stage, page: Page, verb: Element): Promise<Next> {
  const { line, network } = stage;
  const recording = beginRecording(network, 'RecordVerb', line.sid);
  line.ask(true);
  let said: Said | undefined;
  try {
    said = await listen(stage, verb);
  } catch (error) {
    if (network.stopping.aborted) throw error;
    // Another script in its place ends it too.
    const ended = endRecording(network, recording);
    report(stage, page, verb, ended);
    transcribe(stage, page, verb, ended, undefined);
    if (line.ending) hangUp(stage, page, verb, ended);
    throw error;
  }
  line.ask(false);
  if (said === undefined) {
    report(stage, page, verb, endRecording(network, recording, 'absent'));
    return undefined;
  }
  const ended = endRecording(network, recording);
  report(stage, page, verb, ended);
  transcribe(stage, page, verb, ended, said.words);
  return sourceAt(page, verb.attributes.get('action'), methodOf(verb), {
    ...recordingParameters(network, ended),
    Digits: said.digits,
  });
}

/** What is said until a key ends it, it is silent for long enough, or it has the longest length; undefined for silence. */
async function listen({ line, network }: Stage, verb: Element): Promise<Said | undefined> {
  const silenceMs = wholeOf(verb, 'timeout', 5) * 1000;
  const longestMs = (wholeOf(verb, 'maxLength', 3600) || 3600) * 1000;
  const finishKeys = finishKeysOf(verb, '1234567890*#');
  const { says } = network.habitOf(personOf(line.call));
  const words = line.isMachine ? undefined : says?.[line.turns.says++];
  const until = network.clock.now() + longestMs;
  if (words !== undefined) await line.pace();
  for (;;) {
    const left = Math.min(silenceMs, until - network.clock.now());
    await line.within(Math.max(left, 0), line.keys.ready());
    const key = line.keys.take();
    if (key === undefined) return words === undefined ? undefined : { words, digits: '' };
    if (finishKeys.includes(key)) return { words, digits: key };
  }
}

/** A person who hangs up has said something; `action` is told of it, and nothing of its answer is acted out. */
function hangUp(stage: Stage, page: Page, verb: Element, ended: Recording): void {
  const { exchange, line, network } = stage;
  const source = sourceAt(page, verb.attributes.get('action'), methodOf(verb));
  if (source.kind !== 'url') return;
  const told = { ...callParameters(line.call), ...recordingParameters(network, ended) };
  const params = { ...told, CallStatus: 'completed', Digits: 'hangup' };
  exchange.live(network.send({ ...source, params }).then(() => undefined));
}

function report({ line, network }: Stage, page: Page, verb: Element, recording: Recording): void {
  const callback = recordingCallback(network, verb, recording, line.call);
  const source = callback && sourceAt(page, callback.url, callback.method, callback.params);
  if (source?.kind === 'url') line.report('the recording', source);
}

function transcribe(stage: Stage, page: Page, verb: Element, recording: Recording, words: string | undefined): void {
  const { line, network } = stage;
  const address = verb.attributes.get('transcribeCallback');
  if (!isSet(verb, 'transcribe', false) && !address) return;
  const { accountSid, books, clock, newSid } = network;
  const now = clock.now();
  const { sid, status, text } = books.transcriptions.add({
    kind: 'transcription',
    sid: newSid('TR'),
    accountSid,
    recordingSid: recording.sid,
    // The sound of what was said by hand is not kept, so nobody can write it down.
    status: words === undefined ? 'failed' : 'completed',
    text: words ?? '',
    durationSeconds: recording.durationSeconds,
    createdAt: now,
    updatedAt: now,
  });
  const params = {
    ...callParameters(line.call),
    RecordingSid: recording.sid,
    RecordingUrl: recordingUrl(network, recording),
    TranscriptionSid: sid,
    TranscriptionStatus: status,
    TranscriptionText: text,
    TranscriptionUrl: `${network.baseUrl()}/${API_VERSION}/Accounts/${accountSid}/Transcriptions/${sid}`,
  };
  const source = address ? sourceAt(page, address, 'POST', params) : undefined;
  if (source?.kind === 'url') line.report('the transcription', source);
}
