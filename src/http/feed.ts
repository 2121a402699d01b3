/** What a reader may be behind before it is cut off; a page then connects again and is given the whole. */
const BACKLOG_LIMIT = 1_000;

/**
 * What `start` pushes, for one reader. `start` is called when the reading begins and returns what ends it, which is
 * called once, when the reader goes or falls too far behind.
 */
export function newFeed(start: (push: (text: string) => void) => () => void): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]() {
      const backlog: string[] = [];
      let waiting: ((result: IteratorResult<string>) => void) | undefined;
      let ended = false;
      const push = (text: string) => {
        if (waiting) waiting({ done: false, value: text });
        else if (backlog.length < BACKLOG_LIMIT) backlog.push(text);
        else finish();
        waiting = undefined;
      };
      const stop = start(push);
      const finish = () => {
        if (!ended) stop();
        ended = true;
        backlog.length = 0;
        waiting?.(END);
        waiting = undefined;
        return END;
      };
      return {
        next: () => {
          const value = backlog.shift();
          if (value !== undefined) return Promise.resolve({ done: false, value });
          if (ended) return Promise.resolve(END);
          return new Promise((resolve) => {
            waiting = resolve;
          });
        },
        return: () => Promise.resolve(finish()),
      };
    },
  };
}

const END = { done: true, value: undefined } as const;
