import type { Call, Sms } from '../ledger.ts';
import type { Network } from '../network.ts';
import type { Rooms } from '../voice/room.ts';
import type { Talk } from './call.ts';
import type { Line } from './line.ts';

/** What a call can set going beside itself. */
export interface Exchange {
  readonly network: Network;
  readonly rooms: Rooms;
  /** Places a call, that is in no book yet, and has `talk` be what happens once it is answered. */
  place(call: Call, talk: Talk): Line;
  /** Sends a message that is in no book yet. */
  send(sms: Sms): void;
  /** Something that the network does not end without. */
  live(life: Promise<void>): void;
}
