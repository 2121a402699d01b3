/** The keys of a phone while a call lasts: those that are pressed while nobody asks are not kept for later. */
export interface Keys {
  /** Forgets what was pressed before, and keeps what is pressed from now on. */
  listen(): void;
  ignore(): void;
  press(keys: string): void;
  /** The next key, which is taken. Resolves when it is pressed; one wait at a time. */
  next(): Promise<string>;
  /** Resolves when there is a key to take, which stays. */
  ready(): Promise<void>;
}

export function newKeys(): Keys {
  let kept = '';
  let isListening = false;
  let pressed = Promise.withResolvers<void>();
  const ready = async (): Promise<void> => {
    while (kept === '') await pressed.promise;
  };
  return {
    listen() {
      kept = '';
      isListening = true;
    },
    ignore() {
      isListening = false;
    },
    press(keys) {
      if (!isListening) return;
      kept += keys;
      pressed.resolve();
      pressed = Promise.withResolvers();
    },
    async next() {
      await ready();
      const [key = ''] = kept;
      kept = kept.slice(1);
      return key;
    },
    ready,
  };
}
