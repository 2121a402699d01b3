/** A step could not be done; the message says which, where, and why. */
export class StepFailed extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StepFailed';
  }
}

/** The failure of a step, in the words that the operator reads: `sms_send (rulebooks/a.yml:4): the number is not valid`. */
export function failed(what: string, place: string, reason: string, cause?: unknown): StepFailed {
  return new StepFailed(`${what} (${place}): ${reason}`, cause);
}

/** The run has come to a wait: it goes on at `until` (milliseconds since 1970), and holds nothing till then. */
export class Deferred extends Error {
  readonly until: number;

  constructor(until: number) {
    super('the run waits');
    this.name = 'Deferred';
    this.until = until;
  }
}
