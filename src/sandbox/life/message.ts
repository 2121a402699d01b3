import type { Sms, SmsStatus } from '../ledger.ts';
import type { Network } from '../network.ts';
import { newCourier } from './callback.ts';
import { type Kept, keep } from './kept.ts';
import { smsParameters } from './parameters.ts';

/** Twilio's code for a message that failed without another reason being known. */
const UNKNOWN_ERROR = 30008;
/** A timer of Node's runs at most 24.8 days; a message may be scheduled for 35. */
const LONGEST_SLEEP_MS = 86_400_000;

/**
 * The life of a message that the network sends: scheduled where it has a time, then sending, sent, delivered, each told
 * to its callback. Twilio makes none for the first state. `cut` calls it off where it has not gone out, and
 * ends every wait when the network stops, where this rejects.
 */
export async function carryMessage(network: Network, sms: Sms, cut: AbortSignal): Promise<void> {
  const kept = keep(network.books.messages, sms, (notes) => ({ notes }));
  const courier = newCourier(network, sms.to, (words) => kept.note(words));
  for await (const status of states(network, kept, cut)) {
    const { statusCallback } = kept.now();
    if (statusCallback === null) continue;
    courier.send(status, { method: 'POST', url: statusCallback, params: smsParameters(kept.now()) });
  }
  await courier.done();
}

/** The states that it comes to, each when it has come to it. */
async function* states(network: Network, kept: Kept<Sms>, cut: AbortSignal): AsyncGenerator<SmsStatus> {
  const { clock, paceMs } = network;
  const reach = (status: SmsStatus, changes: Partial<Sms> = {}): SmsStatus => {
    kept.change({ status, ...changes });
    return status;
  };
  if (!(await untilItsTime(network, kept.now(), cut))) return yield reach('canceled');
  const fault = network.faults.take(['failed', 'undelivered'], kept.now().to);
  if (fault?.kind === 'failed') return yield reach('failed', { errorCode: fault.errorCode ?? UNKNOWN_ERROR });
  yield reach('sending');
  await clock.sleep(paceMs, cut);
  yield reach('sent', { sentAt: clock.now() });
  await clock.sleep(paceMs, cut);
  yield fault ? reach('undelivered', { errorCode: fault.errorCode }) : reach('delivered');
}

/** False where it is called off first. */
async function untilItsTime({ clock, paceMs, stopping }: Network, sms: Sms, cut: AbortSignal): Promise<boolean> {
  const leftMs = () => (sms.sendAt ?? 0) - clock.now();
  try {
    await clock.sleep(paceMs, cut);
    for (let left = leftMs(); left > 0; left = leftMs()) await clock.sleep(Math.min(left, LONGEST_SLEEP_MS), cut);
    return !cut.aborted;
  } catch (error) {
    if (stopping.aborted || !cut.aborted) throw error;
    return false;
  }
}
