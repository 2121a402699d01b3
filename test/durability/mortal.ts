/** A host that can die in memory: nothing that it asked for is ever answered from then on. */
import type { Watch } from '../../src/time/time.ts';

export interface Life {
  readonly isOver: boolean;
  /** Resolves with undefined when it is over. */
  readonly over: Promise<undefined>;
  end(): void;
  /** The same object; its functions tell `reach` before they begin, and do nothing and answer nothing once the life is over. */
  give<T extends object>(thing: T, reach?: (point: string) => void): T;
}

/** A life; whoever waits beyond its end is not at work for `watch`. */
export function newLife(watch: Watch): Life {
  let isOver = false;
  const over = Promise.withResolvers<undefined>();
  const silence = (): Promise<never> => watch.wait(new Promise<never>(() => undefined));
  return {
    get isOver() {
      return isOver;
    },
    over: over.promise,
    end() {
      isOver = true;
      over.resolve(undefined);
    },
    give: (thing, reach) =>
      new Proxy(thing, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]): unknown => {
            if (!isOver) reach?.(`before ${String(name)}`);
            if (isOver) return name === 'now' ? value.apply(target, args) : silence();
            const result: unknown = value.apply(target, args);
            return result instanceof Promise ? unlessOver(result, String(name)) : result;
          };
          async function unlessOver(result: Promise<unknown>, verb: string): Promise<unknown> {
            const settled = await result.then(
              (answer) => () => answer,
              (failure: unknown) => () => {
                throw failure;
              },
            );
            if (!isOver) reach?.(`after ${verb}`);
            return isOver ? silence() : settled();
          }
        },
      }),
  };
}
