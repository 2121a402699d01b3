/** An op that could not do its work, in words for a person. */
export class OpFailed extends Error {
  /** By its name: a plugin may bring a copy of this file, and both mean the same. */
  static [Symbol.hasInstance](thrown: unknown): thrown is OpFailed {
    return thrown instanceof Error && thrown.name === 'OpFailed';
  }

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'OpFailed';
  }
}
