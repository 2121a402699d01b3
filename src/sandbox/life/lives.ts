import type { Call, Sms } from '../ledger.ts';
import type { Lives, Network } from '../network.ts';
import { newRooms } from '../voice/room.ts';
import { openInbound, perform, performCall } from '../voice/voice.ts';
import { actFor } from './act.ts';
import { carryCall, carryInboundCall, type TakeCall, type Talk } from './call.ts';
import type { Exchange } from './exchange.ts';
import { Line } from './line.ts';
import { carryMessage } from './message.ts';
import { receive } from './receive.ts';
import { recorded } from './recorded.ts';

/** All that is on its way in a network. */
export function newLives(network: Network): Lives {
  const lines = new Map<string, Line>();
  /** Of messages that have not gone out. */
  const waiting = new Map<string, AbortController>();
  const underWay = new Set<Promise<void>>();
  const live = (life: Promise<void>): void => {
    const whole = life
      .catch((error: unknown) => {
        // Stopping ends every life where it is. Anything else is a bug, and has to be seen.
        if (!network.stopping.aborted) throw error;
      })
      .finally(() => underWay.delete(whole));
    underWay.add(whole);
  };
  /** What a call or message brings about belongs to its account, which may be one under the main one. */
  const of = ({ accountSid }: Sms | Call): Network => ({ ...network, accountSid });
  const lineOf = (call: Call): Line => {
    const line = new Line(of(call), call);
    lines.set(call.sid, line);
    return line;
  };
  const liveOn = (line: Line, life: Promise<void>): void => live(life.finally(() => lines.delete(line.sid)));
  const place = (call: Call, talk: Talk): Line => {
    const line = lineOf(call);
    liveOn(line, carryCall(of(call), line, talk));
    return line;
  };
  const take: TakeCall = async (line) => {
    const own = of(line.call);
    const { page, refused } = await openInbound({ exchange, network: own, line });
    return (
      refused ??
      recorded(own, async (answered) => void (await perform({ exchange, network: own, line: answered }, page)))
    );
  };
  const carry = (call: Call): void => {
    if (call.direction !== 'inbound') {
      const own = of(call);
      place(
        call,
        recorded(own, (line) => performCall({ exchange, network: own, line })),
      );
      return;
    }
    const line = lineOf(call);
    liveOn(line, carryInboundCall(of(call), line, take));
  };
  const send = (sms: Sms): void => {
    if (sms.direction === 'inbound') return live(receive(of(sms), sms, send));
    const calledOff = new AbortController();
    waiting.set(sms.sid, calledOff);
    live(carryMessage(of(sms), sms, calledOff.signal).finally(() => waiting.delete(sms.sid)));
  };
  const exchange: Exchange = {
    network,
    rooms: newRooms(network, live),
    place: (call, talk) => place(network.books.calls.add(call), talk),
    send: (sms) => send(network.books.messages.add(sms)),
    live,
  };
  const begin = (entry: Sms | Call): void => (entry.kind === 'call' ? carry(entry) : send(entry));
  return {
    begin,
    end(callSid, status) {
      const line = lines.get(callSid);
      if (!line || (line.call.status === 'in-progress') !== (status === 'completed')) return false;
      return line.cut(status);
    },
    redirect(callSid, script) {
      const line = lines.get(callSid);
      return line?.call.status === 'in-progress' ? line.redirect(script) : false;
    },
    cancelMessage(sid) {
      const isWaiting = ['accepted', 'scheduled', 'queued'].includes(network.books.messages.find(sid)?.status ?? '');
      if (isWaiting) waiting.get(sid)?.abort();
      return isWaiting;
    },
    leave: (callSid) => exchange.rooms.takeOut(callSid),
    endConference: (conferenceSid) => exchange.rooms.end(conferenceSid),
    act: actFor(network, (sid) => lines.get(sid), begin),
    ended: () => Promise.allSettled(underWay),
  };
}
