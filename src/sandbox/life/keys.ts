/** The keys of a phone while a call lasts: those that are pressed while nobody asks are not kept for later. */
export interface Keys {
  /** Forgets what was pressed before, and keeps what is pressed from now on. */
  listen(): void;
  ignore(): void;
  press(keys: string): void;
  /** Resolves when there is a key to take. */
  ready(): Promise<void>;
  isPressed(): boolean;
  /** The next key, or undefined where none was pressed. */
  take(): string | undefined;
}

export function newKeys(): Keys {
  let kept = '';
  let isListening = false;
  let pressed = Promise.withResolvers<void>();
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
    async ready() {
      while (kept === '') await pressed.promise;
    },
    isPressed: () => kept !== '',
    take() {
      const [key] = kept;
      kept = kept.slice(1);
      return key;
    },
  };
}
