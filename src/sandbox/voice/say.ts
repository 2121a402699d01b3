import { wholeOf } from './attribute.ts';
import type { Element } from './document.ts';
import { notify, type Page, type Stage } from './stage.ts';

/** `loop="0"` goes on until the call ends; nobody listens longer than this. */
const LOOP_LIMIT = 1000;
/** A `w` among digits: https://www.twilio.com/docs/voice/twiml/play#attributes-digits */
const WAIT_MS = 500;

/** Ends a prompt before its end: resolves with true when it is to be ended. */
export type Interruption = Promise<void>;

/** Says words, each time a pace long. Resolves with whether it was interrupted. */
export async function say({ line, network }: Stage, verb: Element, interruption?: Interruption): Promise<boolean> {
  const { words, attributes } = verb;
  if (!words) {
    notify(network, line, 'warning', { errorCode: 13520, text: '<Say> has no words in it' });
    return false;
  }
  const heard = { voice: attributes.get('voice') ?? null, language: attributes.get('language') ?? null };
  return loop(verb, () => {
    line.hear({ kind: 'say', words, ...heard });
    return wait({ line, network }, network.paceMs, interruption);
  });
}

/** Plays a sound, a pace long, or the tones of keys. Resolves with whether it was interrupted. */
export async function play(stage: Stage, page: Page, verb: Element, interruption?: Interruption): Promise<boolean> {
  const digits = verb.attributes.get('digits');
  if (digits !== undefined) {
    await tones(stage, digits);
    return false;
  }
  const { line, network } = stage;
  const url = URL.parse(verb.words, page.url ?? undefined);
  if (!verb.words || !url) {
    notify(network, line, 'warning', { errorCode: 11100, text: '<Play> has no address of a sound' });
    return false;
  }
  return loop(verb, () => {
    line.hear({ kind: 'play', url: url.href });
    return wait(stage, network.paceMs, interruption);
  });
}

/** Is quiet. Resolves with whether it was interrupted. */
export function pause(stage: Stage, verb: Element, interruption?: Interruption): Promise<boolean> {
  return wait(stage, wholeOf(verb, 'length', 1) * 1000, interruption);
}

/** Tones of keys, with half a second for each `w` among them. */
export async function tones(stage: Stage, digits: string): Promise<void> {
  const { line, network } = stage;
  if (!/^[0-9A-Dw*#]{1,64}$/i.test(digits)) {
    notify(network, line, 'warning', { errorCode: 12200, text: 'digits of <Play> are of 0-9, *, #, A-D and w' });
    return;
  }
  const waits = digits.length - digits.replaceAll(/w/gi, '').length;
  if (waits > 0) await line.sleep(waits * WAIT_MS);
  line.hear({ kind: 'tones', digits: digits.replaceAll(/w/gi, '') });
  await line.pace();
}

async function loop(verb: Element, once: () => Promise<boolean>): Promise<boolean> {
  const asked = wholeOf(verb, 'loop', 1);
  const times = asked === 0 ? LOOP_LIMIT : Math.min(asked, LOOP_LIMIT);
  for (let time = 0; time < times; time++) if (await once()) return true;
  return false;
}

async function wait(
  { line }: Pick<Stage, 'line' | 'network'>,
  ms: number,
  interruption: Interruption | undefined,
): Promise<boolean> {
  if (interruption)
    return (
      (await line.within(
        ms,
        interruption.then(() => true),
      )) ?? false
    );
  await line.sleep(ms);
  return false;
}
