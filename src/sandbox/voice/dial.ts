import { isE164 } from '../../message/message.ts';
import { callSeconds } from '../api/resource.ts';
import type { Call, CallEvent, Recording } from '../ledger.ts';
import type { Line } from '../life/line.ts';
import { newCall } from '../life/new-call.ts';
import { isSet, methodOf, wholeOf } from './attribute.ts';
import { joinConference } from './conference.ts';
import { talkOut, untilOver } from './conversation.ts';
import type { Element } from './document.ts';
import { elementOf } from './fetch.ts';
import { isInside } from './grammar.ts';
import { beginRecording, endRecording, recordingCallback, recordingParameters } from './recording.ts';
import { tones } from './say.ts';
import { type Next, notify, type Page, type Source, type Stage, sourceAt } from './stage.ts';

/** Acts out what the called person hears before both are connected. */
export type Whisper = (script: Extract<Source, { kind: 'url' }>, line: Line) => Promise<'over' | 'hung up'>;

/** What became of it, as `action` is told. */
type Outcome = Readonly<Record<string, string>>;

/** Twilio rings as many at a time. */
const NUMBER_LIMIT = 10;

/** Connects the call with others: calls numbers, or joins a conference. */
export async function dial(stage: Stage, page: Page, verb: Element, whisper: Whisper): Promise<Next> {
  if (stage.isWhisper) {
    notify(stage.network, stage.line, 'error', { errorCode: 13201, text: 'a call that <Dial> placed cannot <Dial>' });
    return { kind: 'end' };
  }
  const outcome = await connect(stage, page, verb, whisper);
  const action = verb.attributes.get('action');
  return action ? sourceAt(page, action, methodOf(verb), outcome) : undefined;
}

async function connect(stage: Stage, page: Page, verb: Element, whisper: Whisper): Promise<Outcome> {
  const nouns = verb.children.filter((noun) => isInside(noun, verb));
  const conference = nouns.find(({ name }) => name === 'Conference');
  if (conference) return joinConference(stage, page, verb, conference);
  const numbers =
    nouns.length === 0 ? [elementOf('Number', verb.words)] : nouns.filter(({ name }) => name === 'Number');
  const others = new Set(nouns.filter(({ name }) => name !== 'Number').map(({ name }) => `<${name}>`));
  if (others.size > 0) stage.line.note(`Not acted out here: ${[...others].join(', ')} of <Dial>.`);
  const children = numbers.slice(0, NUMBER_LIMIT).flatMap((number) => childOf(stage, page, verb, number) ?? []);
  if (children.length === 0) return { DialCallStatus: 'failed' };
  return ring(stage, page, verb, children, whisper);
}

/** A call that is to be placed, and what is said to its person first. */
interface Child {
  readonly call: Call;
  readonly whisper: Extract<Source, { kind: 'url' }> | undefined;
}

function childOf(stage: Stage, page: Page, verb: Element, number: Element): Child | undefined {
  const { line, network } = stage;
  const to = e164Of(number.words);
  const from = verb.attributes.has('callerId') ? e164Of(verb.attributes.get('callerId') ?? '') : line.call.from;
  if (!to) notify(network, line, 'error', { errorCode: 13224, text: '<Dial> has a number that is no phone number' });
  if (!from) notify(network, line, 'error', { errorCode: 13214, text: 'callerId of <Dial> is no phone number' });
  if (!to || !from) return undefined;
  const url = number.attributes.get('url');
  const script = url ? sourceAt(page, url, methodOf(number)) : undefined;
  const call = newCall({
    sid: network.newSid('CA'),
    accountSid: network.accountSid,
    direction: 'outbound-dial',
    parentCallSid: line.sid,
    to,
    from,
    script: { kind: 'text', text: '<Response/>' },
    fallback: line.call.fallback,
    statusCallback: callbackOf(page, number),
    timeoutSeconds: wholeOf(verb, 'timeout', 30),
    timeLimitSeconds: wholeOf(verb, 'timeLimit', 14_400),
    sendDigits: number.attributes.get('sendDigits') ?? '',
    now: network.clock.now(),
  });
  return { call, whisper: script?.kind === 'url' ? script : undefined };
}

/** Numbers may be written as in a letter; without a country they are of the US. */
function e164Of(words: string): string | undefined {
  const digits = words.replaceAll(/[\s().-]/g, '');
  if (isE164(digits)) return digits;
  return /^1?\d{10}$/.test(digits) ? `+1${digits.slice(-10)}` : undefined;
}

const CALL_EVENTS: readonly CallEvent[] = ['initiated', 'ringing', 'answered', 'completed'];

function callbackOf(page: Page, number: Element): Call['statusCallback'] {
  const address = number.attributes.get('statusCallback');
  const source = address ? sourceAt(page, address, methodOf(number, 'statusCallbackMethod')) : undefined;
  if (source?.kind !== 'url') return null;
  const asked = (number.attributes.get('statusCallbackEvent') ?? 'completed').split(' ');
  return { url: source.url, method: source.method, events: CALL_EVENTS.filter((event) => asked.includes(event)) };
}

/** Rings all at once, connects the first that answers, and waits for the end of their conversation. */
async function ring(
  stage: Stage,
  page: Page,
  verb: Element,
  children: readonly Child[],
  whisper: Whisper,
): Promise<Outcome> {
  const { exchange, line } = stage;
  const answered = Promise.withResolvers<Line>();
  const lines: Line[] = [];
  const hangUpOthers = (one?: Line): void => {
    for (const other of lines)
      if (other !== one) other.cut(other.call.status === 'in-progress' ? 'completed' : 'canceled');
  };
  try {
    for (const child of children)
      lines.push(exchange.place(child.call, (called) => talk(stage, child, called, answered.resolve, whisper)));
    const allEnded = Promise.all(lines.map(({ ended }) => ended));
    const one = await line.until(Promise.race([answered.promise, allEnded.then(() => undefined)]));
    if (!one) return outcomeOf((await allEnded)[0], false);
    hangUpOthers(one);
    return await converse(stage, page, verb, one);
  } finally {
    hangUpOthers();
  }
}

async function talk(
  stage: Stage,
  { whisper: script, call }: Child,
  called: Line,
  connectTo: (line: Line) => void,
  whisper: Whisper,
): Promise<void> {
  if (call.sendDigits) await tones({ ...stage, line: called }, call.sendDigits);
  if (script && (await whisper(script, called)) === 'hung up') return;
  connectTo(called);
  await talkOut(stage.network, called);
}

/** Both talk until one hangs up, or the first presses the star. */
async function converse(stage: Stage, page: Page, verb: Element, other: Line): Promise<Outcome> {
  const { line, network } = stage;
  const recording = isRecorded(verb) ? beginRecording(network, 'DialVerb', line.sid) : undefined;
  let ended: Recording | undefined;
  try {
    await untilOver(line, other.ended, isSet(verb, 'hangupOnStar', false));
  } finally {
    if (recording && !network.stopping.aborted) {
      ended = endRecording(network, recording);
      const callback = recordingCallback(network, verb, ended, line.call);
      const source = callback && sourceAt(page, callback.url, callback.method, callback.params);
      if (source?.kind === 'url') line.report('the recording', source);
    }
  }
  other.cut('completed');
  const call = await line.until(other.ended);
  return { ...outcomeOf(call, true), ...(ended && recordingParameters(network, ended)) };
}

function isRecorded(verb: Element): boolean {
  return /^(true|record-from-)/.test(verb.attributes.get('record') ?? '');
}

function outcomeOf(call: Call | undefined, isConnected: boolean): Outcome {
  if (call === undefined) return { DialCallStatus: 'failed' };
  return {
    DialBridged: String(isConnected),
    DialCallDuration: String(callSeconds(call)),
    DialCallSid: call.sid,
    DialCallStatus: call.status,
  };
}
