import { Readable } from 'node:stream';
import { HangUp } from './http.ts';

/** An answer that is sent as it comes. */
export interface OpenStream {
  readonly readable: Readable;
  /** Ends the answer as if its source had. */
  end(): void;
}

/**
 * Reads `source` no faster than the client does. `Readable.from` will not do: it waits for a pending `next()` before it
 * tells the source that the client went, and the `next()` of server-sent events may never settle.
 */
export function openStream(source: AsyncIterable<string>, onError: (error: unknown) => void): OpenStream {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    readable.push(null);
  };
  const readable = new Readable({
    read() {
      iterator.next().then(
        ({ done, value }) => {
          if (done) end();
          else if (!ended) readable.push(value);
        },
        (error: unknown) => {
          if (!(error instanceof HangUp)) onError(error);
          // Without an error the answer would end as if it were whole.
          readable.destroy(new HangUp());
        },
      );
    },
    destroy(error, done) {
      ended = true;
      iterator.return?.().catch(onError);
      done(error);
    },
  });
  return { readable, end };
}
