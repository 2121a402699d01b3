import type { Line } from '../life/line.ts';
import type { Network } from '../network.ts';
import { personOf } from '../phones.ts';

/** Paces that a person who does things by themselves talks before they hang up. */
const TALK = 10;

/** How long the person of a call talks to somebody, or undefined where they talk until somebody hangs up by hand. */
export function talkMs({ habitOf, paceMs }: Network, line: Line): number | undefined {
  const hangsUp = line.isMachine || habitOf(personOf(line.call)).answers === 'itself';
  return hangsUp ? TALK * paceMs : undefined;
}

/** Waits until the person hangs up, by habit or by hand. */
export async function talkOut(network: Network, line: Line): Promise<void> {
  const ms = talkMs(network, line);
  if (ms === undefined) await line.until(new Promise<never>(() => undefined));
  else await line.sleep(ms);
}

/** Resolves when `other` is over, or the person ends it with a star. */
export async function untilOver(line: Line, other: Promise<unknown>, endsOnStar: boolean): Promise<void> {
  let isOver = false;
  const over = other.then(() => {
    isOver = true;
  });
  if (!endsOnStar) return line.until(over);
  line.keys.listen();
  while (!isOver) {
    await line.until(Promise.race([over, line.keys.ready()]));
    if (!isOver && line.keys.take() === '*') break;
  }
  line.keys.ignore();
  return undefined;
}
