import type { Call, Sms } from '../ledger.ts';
import type { Network } from '../network.ts';
import { newRooms, type Rooms } from '../voice/room.ts';
import { openInbound, perform, performCall } from '../voice/voice.ts';
import { carryCall, carryInboundCall, type Talk } from './call.ts';
import type { Exchange } from './exchange.ts';
import { Line } from './line.ts';
import { carryMessage } from './message.ts';
import { receive } from './receive.ts';
import { recorded } from './recorded.ts';
import { newUnderWay } from './under-way.ts';

/** All calls and messages that are on their way. */
export class Switchboard implements Exchange {
  readonly network: Network;
  readonly rooms: Rooms;
  readonly #lines = new Map<string, Line>();
  /** Of messages on their way. */
  readonly #messages = new Map<string, AbortController>();
  readonly #underWay;

  constructor(network: Network) {
    this.network = network;
    this.#underWay = newUnderWay(network.stopping);
    this.rooms = newRooms(network, (life) => this.live(life));
  }

  begin(entry: Sms | Call): void {
    if (entry.kind === 'sms') this.#carrySms(entry);
    else if (entry.direction === 'inbound') this.#takeCall(entry);
    else this.#carryCall(entry, (line) => performCall({ exchange: this, network: this.#of(entry), line }));
  }

  place(call: Call, talk: Talk): Line {
    return this.#carryCall(this.network.books.calls.add(call), talk);
  }

  send(sms: Sms): void {
    this.#carrySms(this.network.books.messages.add(sms));
  }

  live(life: Promise<void>): void {
    this.#underWay.live(life);
  }

  /** The call, while it goes on. */
  lineOf(callSid: string): Line | undefined {
    return this.#lines.get(callSid);
  }

  callOff(sid: string): void {
    this.#messages.get(sid)?.abort();
  }

  ended(): Promise<unknown> {
    return this.#underWay.ended();
  }

  /** What a call or message brings about belongs to its account, which may be one under the main one. */
  #of({ accountSid }: Sms | Call): Network {
    return { ...this.network, accountSid };
  }

  #carrySms(sms: Sms): void {
    const network = this.#of(sms);
    const cut = new AbortController();
    this.#messages.set(sms.sid, cut);
    const life =
      sms.direction === 'inbound'
        ? receive(network, sms, cut.signal, (reply) => this.send(reply))
        : carryMessage(network, sms, cut.signal);
    const whole = life.finally(() => this.#messages.delete(sms.sid));
    this.#underWay.live(whole, () => cut.abort());
  }

  #carryCall(call: Call, talk: Talk): Line {
    const network = this.#of(call);
    return this.#open(call, (line) => carryCall(network, line, recorded(network, talk)));
  }

  #takeCall(call: Call): void {
    const network = this.#of(call);
    this.#open(call, (line) =>
      carryInboundCall(network, line, async () => {
        const stage = { exchange: this, network, line };
        const { page, refused } = await openInbound(stage);
        return refused ?? (async () => void (await perform(stage, page)));
      }),
    );
  }

  #open(call: Call, life: (line: Line) => Promise<void>): Line {
    const line = new Line(this.#of(call), call);
    this.#lines.set(call.sid, line);
    const whole = life(line).finally(() => this.#lines.delete(call.sid));
    this.#underWay.live(whole, () => line.stop());
    return line;
  }
}
