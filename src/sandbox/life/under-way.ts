/** All lives of a network, until each has ended. */
export interface UnderWay {
  /** `cut` ends the waits of a life when the network stops. */
  live(life: Promise<void>, cut?: () => void): void;
  /** Resolves when nothing is on its way any more. */
  ended(): Promise<unknown>;
}

/**
 * Nothing is under way at first. Each life is cut by a signal of its own: tens of thousands that listened to `stopping` itself
 * would each have to be found among all others when they end.
 */
export function newUnderWay(stopping: AbortSignal): UnderWay {
  const lives = new Set<Promise<void>>();
  const cuts = new Set<() => void>();
  stopping.addEventListener('abort', () => {
    for (const cut of cuts) cut();
  });
  return {
    live(life, cut = () => undefined) {
      cuts.add(cut);
      if (stopping.aborted) cut();
      const whole = life
        .catch((error: unknown) => {
          // Stopping ends every life where it is. Anything else is a bug, and has to be seen.
          if (!stopping.aborted) throw error;
        })
        .finally(() => {
          lives.delete(whole);
          cuts.delete(cut);
        });
      lives.add(whole);
    },
    ended: () => Promise.allSettled(lives),
  };
}
