import type { KindName } from '../plugins/twilio/kinds.ts';
import type { Options, Terminal } from './command.ts';
import type { Format } from './twilio-rows.ts';

/** One thing that the command `twilio` is to do. */
export interface Deed {
  readonly kind: KindName;
  readonly verb: string;
  readonly sid: string | undefined;
  readonly options: Options;
  /** Options that are neither filters nor settings. */
  readonly beside: readonly string[];
  readonly format: Format;
  readonly terminal: Terminal;
}
