import { callSeconds } from '../api/resource.ts';
import { isSet, methodOf } from './attribute.ts';
import { talkMs, untilOver } from './conversation.ts';
import type { Element } from './document.ts';
import type { Entrance } from './room.ts';
import { notify, type Page, type Stage, sourceAt } from './stage.ts';

/** Joins a conference until it ends, the person leaves it with the star or hangs up, or somebody takes them out. */
export async function joinConference(
  { exchange, line, network }: Stage,
  page: Page,
  verb: Element,
  noun: Element,
): Promise<Readonly<Record<string, string>>> {
  if (!noun.words) {
    notify(network, line, 'error', { errorCode: 13237, text: '<Conference> has no name' });
    return { DialCallStatus: 'failed' };
  }
  const seat = exchange.rooms.join(line, entranceOf(page, noun));
  try {
    const left = untilOver(line, seat.left, isSet(verb, 'hangupOnStar', false));
    const ms = talkMs(network, line);
    if (ms === undefined) await left;
    else if (
      !(await line.within(
        ms,
        left.then(() => true),
      ))
    ) {
      line.cut('completed');
      await left;
    }
  } finally {
    seat.leave();
  }
  const seconds = String(callSeconds({ ...line.call, endedAt: network.clock.now() }));
  return { DialCallStatus: 'answered', DialCallDuration: seconds, ConferenceSid: seat.conferenceSid };
}

function entranceOf(page: Page, noun: Element): Entrance {
  const address = noun.attributes.get('statusCallback');
  const source = address ? sourceAt(page, address, methodOf(noun, 'statusCallbackMethod')) : undefined;
  const events = (noun.attributes.get('statusCallbackEvent') ?? '').split(' ');
  return {
    name: noun.words,
    label: noun.attributes.get('participantLabel') ?? null,
    muted: isSet(noun, 'muted', false),
    startsIt: isSet(noun, 'startConferenceOnEnter', true),
    endsIt: isSet(noun, 'endConferenceOnExit', false),
    isRecorded: /^(true|record-from-start)$/.test(noun.attributes.get('record') ?? ''),
    callback: source?.kind === 'url' ? { url: source.url, method: source.method, events } : null,
  };
}
