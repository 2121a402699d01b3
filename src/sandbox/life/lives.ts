import type { Lives, Network } from '../network.ts';
import { actFor } from './act.ts';
import { Switchboard } from './switchboard.ts';

/** Nothing is on its way in a network at first. */
export function newLives(network: Network): Lives {
  const board = new Switchboard(network);
  return {
    begin: (entry) => board.begin(entry),
    end(callSid, status) {
      const line = board.lineOf(callSid);
      if (!line || (line.call.status === 'in-progress') !== (status === 'completed')) return false;
      return line.cut(status);
    },
    redirect(callSid, script) {
      const line = board.lineOf(callSid);
      return line?.call.status === 'in-progress' ? line.redirect(script) : false;
    },
    cancelMessage(sid) {
      const isWaiting = ['accepted', 'scheduled', 'queued'].includes(network.books.messages.find(sid)?.status ?? '');
      if (isWaiting) board.callOff(sid);
      return isWaiting;
    },
    leave: (callSid) => board.rooms.takeOut(callSid),
    endConference: (conferenceSid) => board.rooms.end(conferenceSid),
    act: actFor(
      network,
      (sid) => board.lineOf(sid),
      (entry) => board.begin(entry),
    ),
    ended: () => board.ended(),
  };
}
