import type { HttpClient } from '../../http/http.ts';
import type { Draft, Outcome, SendRequest } from '../../message/message.ts';
import { type MakeProvider, outcomeOfFailure, reachableUrl } from '../../plugin/plugin.ts';
import { accountOf } from './account.ts';
import { callForm } from './call-form.ts';
import { LONGEST_TWIML } from './call-options.ts';
import { isGenuine, readCallback } from './callback.ts';
import { flowRefusal } from './flow.ts';
import { withQuestionsLed } from './gather.ts';
import { readDigits, readReceived } from './inbound.ts';
import { check, look } from './look.ts';
import { outcomeOfAnswer } from './outcome.ts';
import { type Account, newSdkClient, type SdkClient } from './sdk.ts';
import { sdkOptions } from './send-options.ts';

/** Calls and texts through the account of a TwilioConfig. */
export const makeTwilioProvider: MakeProvider = (resource, { http }) => {
  const account = accountOf(resource);
  return {
    scriptType: 'text/xml; charset=utf-8',
    send: (request) => send(account, http, request),
    readCallback: (request, url) => readCallback(account.token, request, url),
    emptyScript: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    scriptFor: withQuestionsLed,
    readDigits: (request, url) => readDigits(account.token, request, url),
    readReceived: (request, url) => readReceived(account.token, request, url),
    isGenuine: (request, url) => isGenuine(account.token, request, url),
    look: (request) => look(account, http, request),
    check: (request) => check(account, http, request),
  };
};

/** The states that a status callback is made for; without a list only the last is. */
const CALL_EVENTS = ['initiated', 'ringing', 'answered', 'completed'];

async function send(account: Account, http: HttpClient, request: SendRequest): Promise<Outcome> {
  const callbackUrl = reachableUrl(request.callbackUrl, account.baseUrl);
  const draft = withLedScript(request.draft, callbackUrl);
  const refusal = refusalOf(account, draft, callbackUrl);
  if (refusal) return { kind: 'rejected', reason: refusal };
  const client = await newSdkClient(account, http, request.signal);
  try {
    await create(client, draft, callbackUrl);
  } catch (thrown) {
    // The SDK throws for every answer but a good one. Where nothing went over the wire it is a bug, here or there.
    if (!client.exchange()) throw thrown;
  }
  const exchange = client.exchange() ?? { failure: undefined };
  return 'answer' in exchange
    ? outcomeOfAnswer(exchange.answer, account.token)
    : outcomeOfFailure('Twilio', exchange.failure, [account.token]);
}

/** What is pressed comes to the host, where it can be reached. */
function withLedScript(draft: Draft, callbackUrl: string | undefined): Draft {
  const { content } = draft;
  if (content.kind !== 'script' || callbackUrl === undefined) return draft;
  return { ...draft, content: { ...content, script: withQuestionsLed(content.script, callbackUrl, 1) } };
}

/** Why a draft is not worth a request; undefined for one that is. */
function refusalOf(account: Account, { channel, content }: Draft, callbackUrl: string | undefined): string | undefined {
  // The SDK throws for these before it sends anything.
  if (!account.sid.startsWith('AC')) return '`userSid` is not the SID of a Twilio account: it does not begin with AC';
  if (account.token === '') return '`authToken` is empty';
  if ((channel === 'sms') !== (content.kind === 'text')) return `Twilio cannot send a ${content.kind} as ${channel}`;
  if (content.kind === 'flow') return flowRefusal(content.flow);
  if (content.kind !== 'script' || content.script.length <= LONGEST_TWIML || callbackUrl) return undefined;
  return (
    `the script has ${content.script.length} characters; beyond ${LONGEST_TWIML} Twilio fetches it, ` +
    'and this host has no public address that it could be fetched from'
  );
}

async function create(client: SdkClient, draft: Draft, callbackUrl: string | undefined): Promise<void> {
  const { content, to, from } = draft;
  const own = sdkOptions(draft.channel, draft.options?.provider);
  const callback = callbackUrl === undefined ? {} : { statusCallback: callbackUrl };
  if (content.kind === 'text') {
    const sender = from.startsWith('MG') ? { messagingServiceSid: from } : { from };
    await client.messages.create({ ...own, to, ...sender, body: content.text, ...callback });
    return;
  }
  const events = callbackUrl === undefined ? {} : { statusCallbackEvent: CALL_EVENTS };
  const form = { ...own, to, from, ...callForm(from, content, callbackUrl), ...callback, ...events };
  await client.calls.create(form);
}
