/** What tests send with: a resource of ATS and its provider. */
import type { HttpClient } from '../../../src/http/http.ts';
import type { Draft, Provider, SendRequest } from '../../../src/message/message.ts';
import { makeAtsProvider } from '../../../src/plugins/ats/provider.ts';
import { Secret } from '../../../src/resource/resource.ts';
import type { Json } from '../../../src/schema/schema.ts';

export const PASSWORD = 'the-password-<&>-of-ats';

export const SMS: Draft = {
  channel: 'sms',
  resource: 'ats',
  to: '+420555010123',
  from: '+420555010199',
  content: { kind: 'text', text: 'Příliš žluťoučký kůň & <co>' },
};

export function newProvider(http: HttpClient, settings: Readonly<Record<string, Json>>): Provider {
  const secrets = { password: new Secret(PASSWORD) };
  const all = { username: 'ringbook', uniqPrefix: 'TEST', ...settings };
  return makeAtsProvider({ mid: 'ats', class: 'AtsConfig', settings: all, secrets }, { http, log: () => undefined });
}

export function requestOf(attemptId: string, draft: Draft = SMS): SendRequest {
  const attempt = { id: attemptId, messageId: `message of ${attemptId}`, number: 1, beganAt: 0 };
  return { attempt, draft, signal: new AbortController().signal };
}
