import type { Call, Sms } from '../ledger.ts';
import type { Lives, Network } from '../network.ts';
import { actFor } from './act.ts';
import { carryCall, carryInboundCall } from './call.ts';
import { Line } from './line.ts';
import { carryMessage } from './message.ts';
import { receive } from './receive.ts';
import { listen } from './talk.ts';

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
  const carry = (call: Call): void => {
    const line = new Line(network, call);
    lines.set(call.sid, line);
    const talk = (answered: Line) => listen(network, answered);
    const life = call.direction === 'inbound' ? carryInboundCall : carryCall;
    live(life(network, line, talk).finally(() => lines.delete(call.sid)));
  };
  const send = (sms: Sms): void => {
    if (sms.direction === 'inbound') return live(receive(network, sms, begin));
    const calledOff = new AbortController();
    waiting.set(sms.sid, calledOff);
    live(carryMessage(network, sms, calledOff.signal).finally(() => waiting.delete(sms.sid)));
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
    leave: () => false,
    endConference: () => false,
    act: actFor(network, (sid) => lines.get(sid), begin),
    ended: () => Promise.allSettled(underWay),
  };
}
