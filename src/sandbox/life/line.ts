import type { Call, CallEvent, CallStatus, Heard, Script } from '../ledger.ts';
import type { Network } from '../network.ts';
import { personOf } from '../phones.ts';
import { type Courier, newCourier } from './callback.ts';
import { type Kept, keep } from './kept.ts';
import { type Keys, newKeys } from './keys.ts';
import { eventParameters } from './parameters.ts';

/** What a person decides while it rings. */
type Decision = 'answered' | 'busy';

/**
 * A call that is going on: its entry in the books, the ways to reach into it, and its waits. Every wait ends by being
 * rejected when the network stops, when the call is over, or when another script takes the place of the present one.
 */
export class Line {
  readonly sid: string;
  readonly keys: Keys = newKeys();
  /** Counts what was asked and recorded, each of which a habit meets in turn. */
  readonly turns = { presses: 0, says: 0, documents: 0 };
  /** Set where a machine answered: it presses nothing and says nothing. */
  isMachine = false;
  readonly ended: Promise<Call>;
  readonly #network: Network;
  readonly #kept: Kept<Call>;
  readonly #courier: Courier;
  readonly #over = new AbortController();
  readonly #decision = Promise.withResolvers<Decision>();
  readonly #end = Promise.withResolvers<Call>();
  #turn = new AbortController();
  #ending: CallStatus | undefined;
  #next: Script | undefined;

  constructor(network: Network, call: Call) {
    this.sid = call.sid;
    this.ended = this.#end.promise;
    this.#network = network;
    this.#kept = keep(network.books.calls, call, (notes) => ({ notes }));
    this.#courier = newCourier(network, personOf(call), (words) => this.note(words));
  }

  get call(): Call {
    return this.#kept.now();
  }

  /** The state that it was ended with from outside, or undefined where it goes on. */
  get ending(): CallStatus | undefined {
    return this.#ending;
  }

  change(changes: Partial<Call>): Call {
    return this.#kept.change(changes);
  }

  note(words: string): void {
    this.#kept.note(words);
  }

  /** Waits for keys from here on, or no longer. */
  ask(isAsking: boolean): void {
    if (isAsking) this.keys.listen();
    else this.keys.ignore();
    this.change({ asks: isAsking });
  }

  hear(heard: Heard): void {
    if (this.call.heard.length < HEARD_LIMIT) this.change({ heard: [...this.call.heard, heard] });
    else this.note('More was heard than is written down here.');
  }

  /** Makes the callback for `event`, where it was asked for. */
  tell(event: CallEvent): void {
    const { statusCallback: callback, callbackCount } = this.call;
    if (!callback?.events.includes(event)) return;
    const { method, url } = callback;
    const params = eventParameters(this.call, event, this.#network.clock.now());
    this.#courier.send(event, { method, url, params });
    this.change({ callbackCount: callbackCount + 1 });
  }

  /** Makes a callback of another kind: of a recording, a transcription, a conference. */
  report(event: string, outbound: Parameters<Courier['send']>[1]): void {
    this.#courier.send(event, outbound);
  }

  // Waits

  pace(): Promise<void> {
    return this.sleep(this.#network.paceMs);
  }

  sleep(ms: number): Promise<void> {
    return this.#network.clock.sleep(ms, this.#turn.signal);
  }

  /** Resolves with `event`, or with undefined where `ms` pass before it. */
  async within<T>(ms: number, event: Promise<T>): Promise<T | undefined> {
    const done = new AbortController();
    const signal = AbortSignal.any([this.#turn.signal, done.signal]);
    try {
      return await Promise.race([event, this.#network.clock.sleep(ms, signal).then(() => undefined)]);
    } finally {
      done.abort();
    }
  }

  /** Resolves with `event`, however long it takes. */
  async until<T>(event: Promise<T>): Promise<T> {
    const { signal } = this.#turn;
    signal.throwIfAborted();
    const cut = Promise.withResolvers<never>();
    const onAbort = (): void => cut.reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    try {
      return await Promise.race([event, cut.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** What the person decides while it rings, or undefined where nothing is decided within `ms`. */
  decision(ms: number): Promise<Decision | undefined> {
    return this.within(ms, this.#decision.promise);
  }

  // From outside

  decide(decision: Decision): void {
    this.#decision.resolve(decision);
  }

  /** The person presses keys. */
  press(keys: string): void {
    this.change({ keys: (this.call.keys + keys).slice(-KEYS_LIMIT) });
    this.keys.press(keys);
  }

  /** Ends it where it is. False where it has ended. */
  cut(status: CallStatus): boolean {
    if (this.#over.signal.aborted) return false;
    this.#ending = status;
    this.#endWaits(`the call is ${status}`);
    return true;
  }

  /** Leaves it where it is: the network stops. */
  stop(): void {
    this.#endWaits('the network stops');
  }

  #endWaits(words: string): void {
    this.#over.abort(new Error(words));
    this.#turn.abort(new Error(words));
  }

  /** Ends it as completed once it has lasted this long from now. */
  limit(ms: number): void {
    this.#network.clock.sleep(ms, this.#over.signal).then(
      () => this.cut('completed'),
      // It ended before, or the network stops.
      () => undefined,
    );
  }

  /** Puts another script in the place of the present one. False where it has ended. */
  redirect(script: Script): boolean {
    if (this.#over.signal.aborted) return false;
    this.#next = script;
    this.#turn.abort(new Error('the call goes on with another script'));
    return true;
  }

  /** The script that was put in the place of the present one, once. */
  redirected(): Script | undefined {
    const next = this.#next;
    this.#next = undefined;
    if (next) this.#turn = new AbortController();
    return next;
  }

  /** The last state. Resolves when all callbacks were made. */
  async finish(status: CallStatus): Promise<void> {
    const call = this.change({ status, endedAt: this.#network.clock.now(), asks: false });
    this.tell('completed');
    this.cut(status);
    this.#end.resolve(call);
    await this.#courier.done();
  }
}

/** More than a person listens to in one call. */
const HEARD_LIMIT = 500;
const KEYS_LIMIT = 1000;
