/** What tests send with: a resource of SNS and its provider. */
import type { HttpClient } from '../../../src/http/http.ts';
import type { Draft, Outcome, Provider } from '../../../src/message/message.ts';
import { makeSnsProvider } from '../../../src/plugins/sns/provider.ts';
import { Secret } from '../../../src/resource/resource.ts';
import type { Json } from '../../../src/schema/schema.ts';

const KEY = 'the-secret-access-key-of-sns';
const TOKEN = 'the-session-token-of-sns';

export const SECRETS = [KEY, TOKEN];

export const SMS: Draft = {
  channel: 'sms',
  resource: 'sns',
  to: '+12025550123',
  from: 'Ringbook',
  content: { kind: 'text', text: 'Disk full & <more> 100%' },
};

export function newProvider(http: HttpClient, settings: Readonly<Record<string, Json>>): Provider {
  const all = { region: 'eu-central-1', accessKeyId: 'AKIAEXAMPLE', ...settings };
  const secrets = { secretAccessKey: new Secret(KEY), sessionToken: new Secret(TOKEN) };
  return makeSnsProvider({ mid: 'sns', class: 'SnsConfig', settings: all, secrets }, { http, log: () => undefined });
}

export function send(provider: Provider, draft: Draft = SMS): Promise<Outcome> {
  const attempt = { id: 'attempt-1', messageId: 'message-1', number: 1, beganAt: 0 };
  return provider.send({ attempt, draft, signal: new AbortController().signal });
}
