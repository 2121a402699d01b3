/** `ringbook/testing`: the contracts that built-in providers and journals keep, for vitest, and what their tests are written with. */

export { newHttpClient } from './http/client.ts';
export type { Journal } from './journal/journal.ts';
export { type JournalStore, journalContract } from './testing/journal.ts';
export { providerContract } from './testing/provider.ts';
export type {
  CallbackSubject,
  ErrorCase,
  Held,
  ProviderSubject,
  Told,
  WireSubject,
} from './testing/provider-subject.ts';
export {
  type Behaviour,
  deadAddress,
  reply,
  replyHalf,
  replySlowly,
  startWire,
  type Wire,
  type WireAnswer,
  type WireRequest,
} from './testing/provider-wire.ts';
