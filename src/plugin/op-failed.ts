/** An op that could not do its work, in words for a person. */
export class OpFailed extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'OpFailed';
  }
}
