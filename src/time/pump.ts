import type { Clock } from './clock.ts';

/** Node's timers hold no more than 2^31 - 1 ms (24 days), and a clock may be set in the meantime: what is due is asked for anew. */
const MAX_SLEEP_MS = 3_600_000;
/** After what is due could not be read, such as from a full disk: doubled up to the second each time in a row. */
const FIRST_PAUSE_MS = 250;
const LAST_PAUSE_MS = 30_000;

/** Why a sleep ended before its time: made once, since each that is made writes down its stack. */
const OVER = new Error('the pump has no need to wait any more');

/** Works off what is due, and sleeps until the next of it is. */
export interface Pump {
  /** There may be something new. */
  wake(): void;
  /** Resolves when nothing is due and nothing under way. */
  idle(): Promise<void>;
  /** Takes nothing more, and resolves when all that is under way has ended. */
  drain(): Promise<void>;
}

/** A pump that is also given items which somebody else took for it. */
export interface FedPump<Item> extends Pump {
  /** Keeps places for so many items, as far as there is room. They are taken up, or given back, by `feed`. */
  reserve(count: number): number;
  /** Works on items that were taken elsewhere, for which at least as many places were reserved. */
  feed(items: readonly Item[], reserved: number): void;
}

/** Leaves what is due to others. */
export const PUMP_AT_REST: FedPump<never> = {
  wake: () => undefined,
  idle: async () => undefined,
  drain: async () => undefined,
  reserve: () => 0,
  feed: () => undefined,
};

/** What a pump works off. */
export interface Work<Item> {
  readonly clock: Clock;
  /** Items under way at one time. */
  readonly capacity: number;
  /**
   * Where items are only listed, and not claimed: by this, those under way are passed over when they are taken again, and what
   * is beyond the room is left for the next time. Where it is absent, all that is taken is this pump's, and is worked on.
   */
  readonly idOf?: (item: Item) => string;
  /** Items that are due, when there is room for `free` of them and `underWay` are being worked on. */
  readonly take: (free: number, underWay: number) => Promise<readonly Item[]>;
  /** When the next item is due, in milliseconds since 1970; undefined where none is. */
  readonly nextDue: () => Promise<number | undefined>;
  /** Sees to one item, so that it is not due any more. Rejects only for a bug: the pump goes on. */
  readonly work: (item: Item) => Promise<void>;
  /** Told why `take` or `nextDue` failed; both are tried again after a pause. */
  readonly failed: (cause: unknown) => void;
}

/** A pump that waits for its first `wake`. */
export function newPump<Item>(source: Work<Item>): FedPump<Item> {
  const underWay = new Map<unknown, Promise<void>>();
  const stopping = new AbortController();
  /** Places that are kept for items that somebody else takes. */
  let kept = 0;
  let woken = false;
  let loop: Promise<void> | undefined;
  let failures = 0;
  /** Ends the sleep until the next item is due. */
  let alarm: AbortController | undefined;
  let freed: (() => void) | undefined;

  async function fill(): Promise<void> {
    while (woken && !stopping.signal.aborted) {
      woken = false;
      for (;;) {
        await room();
        if (stopping.signal.aborted) return;
        const free = reserve(source.capacity);
        const items = await source.take(free, underWay.size).finally(() => {
          kept -= free;
        });
        failures = 0;
        const begun = items.filter(begin).length;
        if (begun === 0 || items.length < free) break;
      }
    }
  }

  async function room(): Promise<void> {
    while (underWay.size + kept >= source.capacity) {
      await new Promise<void>((resolve) => {
        freed = resolve;
      });
    }
  }

  /** Returns whether the item is worked on. */
  function begin(item: Item): boolean {
    const id = source.idOf?.(item) ?? item;
    if (source.idOf && (underWay.has(id) || underWay.size + kept >= source.capacity)) return false;
    start(id, item);
    return true;
  }

  function start(id: unknown, item: Item): void {
    const work = source.work(item).finally(() => {
      underWay.delete(id);
      freed?.();
      if (!loop) void setAlarm();
    });
    underWay.set(id, work);
  }

  function wake(): void {
    woken = true;
    if (stopping.signal.aborted) return;
    loop ??= fill()
      .catch(pause)
      .finally(() => {
        loop = undefined;
        if (woken && !stopping.signal.aborted) wake();
        else void setAlarm();
      });
  }

  async function pause(cause: unknown): Promise<void> {
    if (stopping.signal.aborted) return;
    source.failed(cause);
    const ms = Math.min(FIRST_PAUSE_MS * 2 ** failures++, LAST_PAUSE_MS);
    await source.clock.sleep(ms, stopping.signal).catch(() => undefined);
    woken = true;
  }

  /** Any item may be put off while others are under way: each one that ends sets the alarm anew. */
  async function setAlarm(): Promise<void> {
    alarm?.abort(OVER);
    if (stopping.signal.aborted) return;
    const mine = new AbortController();
    alarm = mine;
    try {
      const due = await source.nextDue();
      if (due === undefined || mine.signal.aborted) return;
      const wait = Math.min(Math.max(0, due - source.clock.now()), MAX_SLEEP_MS);
      await source.clock.sleep(wait, AbortSignal.any([mine.signal, stopping.signal]));
      wake();
    } catch (cause) {
      if (mine.signal.aborted || stopping.signal.aborted) return;
      await pause(cause);
      wake();
    }
  }

  async function idle(): Promise<void> {
    while (loop || underWay.size > 0) await Promise.allSettled([loop, ...underWay.values()]);
  }

  function reserve(count: number): number {
    const free = stopping.signal.aborted ? 0 : source.capacity - underWay.size - kept;
    const places = Math.max(0, Math.min(count, free));
    kept += places;
    return places;
  }

  function feed(items: readonly Item[], reserved: number): void {
    kept -= reserved;
    for (const item of items) start(item, item);
    if (items.length < reserved) freed?.();
  }

  return {
    wake,
    idle,
    reserve,
    feed,
    drain() {
      alarm?.abort(OVER);
      stopping.abort(OVER);
      return idle();
    },
  };
}
