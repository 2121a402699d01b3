/** What every provider must do, called once for each: by the built-in ones, and by the author of a plugin. */
import { describe } from 'vitest';
import { askContract } from './provider-ask.ts';
import { callbackContract } from './provider-callback.ts';
import { sendContract } from './provider-send.ts';
import type { ProviderSubject } from './provider-subject.ts';

/** The contract of `Provider` in src/message/message.ts. */
export function providerContract(name: string, subject: ProviderSubject): void {
  describe(`the provider ${name}`, () => {
    for (const draft of subject.drafts) sendContract(subject, draft);
    if (subject.callbacks) callbackContract(subject, subject.callbacks);
    askContract(subject);
  });
}
