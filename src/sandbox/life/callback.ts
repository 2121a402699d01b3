import type { Network } from '../network.ts';
import type { Outbound } from './outbound.ts';

/** Makes the callbacks of one message or call: one after the other, without holding up what they tell of. */
export interface Courier {
  /** `event` names the callback in notes. */
  send(event: string, outbound: Outbound): void;
  /** Resolves when all were made that are to be made. */
  done(): Promise<void>;
}

/** How often a callback is made again: never, as at Twilio. What fails is noted with `note`. */
export function newCourier(network: Network, number: string, note: (words: string) => void): Courier {
  /** The last callback, which the next one waits for. */
  let last: Promise<void> = Promise.resolve();
  const late = new Set<Promise<void>>();
  /** What changes places with the next one. */
  let held: (() => Promise<void>) | undefined;
  const queue = (make: () => Promise<void>): void => {
    last = last.then(make);
  };
  const release = (): void => {
    if (held) queue(held);
    held = undefined;
  };
  return {
    send(event, outbound) {
      const make = () => deliver(network, event, outbound, note);
      // What changes places with one that is held is not held itself.
      const fault = network.faults.take(held ? FAULTS : [...FAULTS, 'callback-reordered'], number);
      switch (fault?.kind) {
        case 'callback-lost':
          return note(`The callback for ${event} was lost, as a fault asked for.`);
        case 'callback-late':
          late.add(later(network, fault.byMs, make));
          return;
        case 'callback-reordered':
          held = make;
          return;
        case 'callback-doubled':
          queue(make);
          queue(make);
          return release();
        case undefined:
          queue(make);
          return release();
        default:
          return fault satisfies never;
      }
    },
    async done() {
      release();
      await last;
      await Promise.all(late);
    },
  };
}

const FAULTS = ['callback-lost', 'callback-doubled', 'callback-late'] as const;

async function later({ clock, stopping }: Network, byMs: number, make: () => Promise<void>): Promise<void> {
  try {
    await clock.sleep(byMs, stopping);
  } catch (error) {
    if (stopping.aborted) return;
    throw error;
  }
  await make();
}

async function deliver(
  { send, stopping }: Network,
  event: string,
  outbound: Outbound,
  note: (words: string) => void,
): Promise<void> {
  if (stopping.aborted) return;
  const reply = await send(outbound);
  if (stopping.aborted) return;
  if (reply.kind === 'failed') return note(`The callback for ${event} failed: ${reply.reason}.`);
  const { status } = reply.response;
  if (status >= 400) note(`The callback for ${event} was answered with status ${status}.`);
}
