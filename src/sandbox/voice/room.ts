import type { Conference } from '../ledger.ts';
import { type Courier, newCourier } from '../life/callback.ts';
import type { Line } from '../life/line.ts';
import type { Network } from '../network.ts';
import { beginRecording, endRecording } from './recording.ts';

/** How somebody comes into a conference, and what is told of it. */
export interface Entrance {
  readonly name: string;
  readonly label: string | null;
  readonly muted: boolean;
  readonly startsIt: boolean;
  readonly endsIt: boolean;
  readonly isRecorded: boolean;
  /** Of the conference: those of whoever came first hold. */
  readonly callback: {
    readonly url: string;
    readonly method: 'GET' | 'POST';
    readonly events: readonly string[];
  } | null;
}

/** Somebody's place in a conference. */
export interface Seat {
  readonly conferenceSid: string;
  /** Resolves when it is left, whoever sees to it. */
  readonly left: Promise<void>;
  leave(): void;
}

/** The conferences of a network. */
export interface Rooms {
  join(line: Line, entrance: Entrance): Seat;
  /** Takes a call out of its conference. False where it is in none. */
  takeOut(callSid: string): boolean;
  /** False where there is no such conference, or it has ended. */
  end(conferenceSid: string): boolean;
}

/** No conferences at first. `live` is given what the network does not end without. */
export function newRooms(network: Network, live: (life: Promise<void>) => void): Rooms {
  const rooms = new Map<string, Room>();
  const all = () => [...rooms.values()];
  return {
    join(line, entrance) {
      const { accountSid } = line.call;
      // An account has its own conferences, whatever the names of others are.
      const key = `${accountSid} ${entrance.name}`;
      let room = rooms.get(key);
      if (!room) {
        room = new Room({ ...network, accountSid }, entrance, line.sid, (courier) => {
          rooms.delete(key);
          live(courier.done());
        });
        rooms.set(key, room);
      }
      return room.join(line, entrance);
    },
    takeOut: (callSid) => all().some((room) => room.takeOut(callSid)),
    end: (conferenceSid) =>
      all().some((room) => room.conference.sid === conferenceSid && room.end('conference-ended-via-api')),
  };
}

interface Member {
  readonly line: Line;
  readonly endsIt: boolean;
  readonly gone: PromiseWithResolvers<void>;
}

/** A conference that has not ended. */
class Room {
  conference: Conference;
  readonly #network: Network;
  readonly #members = new Map<string, Member>();
  readonly #callback: Entrance['callback'];
  readonly #courier: Courier;
  readonly #onEnd: (courier: Courier) => void;
  readonly #recording;
  #told = 0;

  constructor(network: Network, first: Entrance, firstCallSid: string, onEnd: (courier: Courier) => void) {
    this.#network = network;
    this.#callback = first.callback;
    this.#onEnd = onEnd;
    this.conference = planned(network, first.name) ?? opened(network, first.name);
    // A conference is told of by no entry that a person looks at.
    this.#courier = newCourier(network, '', () => undefined);
    this.#recording = first.isRecorded
      ? beginRecording(network, 'Conference', firstCallSid, this.conference.sid)
      : undefined;
  }

  join(line: Line, { label, muted, startsIt, endsIt }: Entrance): Seat {
    const { accountSid, books, clock } = this.#network;
    const now = clock.now();
    books.participants.add({
      kind: 'participant',
      sid: line.sid,
      accountSid,
      conferenceSid: this.conference.sid,
      label,
      muted,
      hold: false,
      startConferenceOnEnter: startsIt,
      endConferenceOnExit: endsIt,
      status: 'connected',
      createdAt: now,
      updatedAt: now,
    });
    const gone = Promise.withResolvers<void>();
    this.#members.set(line.sid, { line, endsIt, gone });
    if (startsIt && this.conference.status === 'init') {
      this.conference = books.conferences.change(this.conference, { status: 'in-progress' });
      this.#tell('start', line.sid);
    }
    this.#tell('join', line.sid);
    return { conferenceSid: this.conference.sid, left: gone.promise, leave: () => void this.takeOut(line.sid) };
  }

  takeOut(callSid: string): boolean {
    const member = this.#members.get(callSid);
    if (!member) return false;
    this.#remove(callSid, member);
    if (member.endsIt) this.end('participant-with-end-conference-on-exit-left');
    else if (this.#members.size === 0) this.end('last-participant-left');
    return true;
  }

  end(reason: NonNullable<Conference['endReason']>): boolean {
    const { books } = this.#network;
    if (this.conference.status === 'completed') return false;
    this.conference = books.conferences.change(this.conference, { status: 'completed', endReason: reason });
    for (const [callSid, member] of this.#members) this.#remove(callSid, member);
    if (this.#recording) endRecording(this.#network, this.#recording);
    this.#tell('end', undefined);
    this.#onEnd(this.#courier);
    return true;
  }

  #remove(callSid: string, { gone }: Member): void {
    const { participants } = this.#network.books;
    this.#members.delete(callSid);
    const participant = participants.find(callSid);
    if (participant) participants.change(participant, { status: 'complete' });
    this.#tell('leave', callSid);
    gone.resolve();
  }

  #tell(event: 'start' | 'end' | 'join' | 'leave', callSid: string | undefined): void {
    if (!this.#callback?.events.includes(event)) return;
    const { url, method } = this.#callback;
    const { accountSid, sid, friendlyName, endReason } = this.conference;
    const params = {
      AccountSid: accountSid,
      ConferenceSid: sid,
      FriendlyName: friendlyName,
      SequenceNumber: String(++this.#told),
      StatusCallbackEvent: `${event === 'start' || event === 'end' ? 'conference' : 'participant'}-${event}`,
      Timestamp: new Date(this.#network.clock.now()).toUTCString().replace('GMT', '+0000'),
      ...(callSid !== undefined && { CallSid: callSid }),
      ...(event === 'end' && endReason && { ReasonConferenceEnded: endReason }),
    };
    this.#courier.send(`the conference's ${event}`, { url, method, params });
  }
}

/** One that the API began by calling somebody into it. */
function planned({ accountSid, books }: Network, name: string): Conference | undefined {
  return books.conferences
    .all()
    .find((one) => one.accountSid === accountSid && one.friendlyName === name && one.status === 'init');
}

function opened({ accountSid, books, clock, newSid }: Network, friendlyName: string): Conference {
  const now = clock.now();
  return books.conferences.add({
    kind: 'conference',
    sid: newSid('CF'),
    accountSid,
    friendlyName,
    status: 'init',
    endReason: null,
    createdAt: now,
    updatedAt: now,
  });
}
