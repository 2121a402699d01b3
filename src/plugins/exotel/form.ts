import { type Content, type Draft, segmentsOf } from '../../message/message.ts';
import type { Account } from './account.ts';
import type { Form } from './api.ts';
import { flowRefusal, isAddress } from './flow.ts';
import { smsOptions } from './sms-options.ts';

/** Where a draft is posted to, and what. */
export interface Posting {
  readonly path: 'Sms/send' | 'Calls/connect';
  readonly form: Form;
}

/** A draft as Exotel takes it; a text in words for a person where it has no form for that. */
export function postingOf(account: Account, draft: Draft, callbackUrl: string | undefined): Posting | string {
  const { channel, content } = draft;
  if (channel === 'sms' && content.kind === 'text') {
    return { path: 'Sms/send', form: smsForm(account, draft, content.text, callbackUrl) };
  }
  if (channel === 'call' && (content.kind === 'connect' || content.kind === 'flow')) {
    const refusal = content.kind === 'flow' ? flowRefusal(content.flow) : undefined;
    if (refusal !== undefined) return refusal;
    const target = content.kind === 'connect' ? content.second : flowUrl(account, content.flow);
    return { path: 'Calls/connect', form: callForm(draft, content, target, callbackUrl) };
  }
  return `Exotel cannot send a ${content.kind} as ${channel}`;
}

function smsForm(account: Account, { from, to, options }: Draft, text: string, callbackUrl: string | undefined): Form {
  const isPlain = segmentsOf(text).encoding === 'GSM-7';
  return given({
    From: from,
    To: to,
    Body: text,
    EncodingType: isPlain ? 'plain' : 'unicode',
    ...smsOptions(account.settings, options?.provider),
    StatusCallback: callbackUrl,
  });
}

function callForm(
  { from, to }: Draft,
  { kind, line = {} }: Extract<Content, { kind: 'connect' | 'flow' }>,
  target: string,
  callbackUrl: string | undefined,
): Form {
  const form = given({
    From: to,
    [kind === 'connect' ? 'To' : 'Url']: target,
    CallerId: from,
    CallType: 'trans',
    TimeOut: line.ringSeconds?.toString(),
    TimeLimit: line.limitSeconds?.toString(),
    Record: line.record?.toString(),
    CustomField: line.note,
    StatusCallback: callbackUrl,
  });
  return callbackUrl === undefined ? form : [...form, ...CALL_EVENTS];
}

/** Without them only the end of a call is told. */
const CALL_EVENTS: Form = [
  ['StatusCallbackEvents[0]', 'answered'],
  ['StatusCallbackEvents[1]', 'terminal'],
];

/** The address under which Exotel has a flow: an app of the account, by its number. */
function flowUrl({ sid }: Account, flow: string): string {
  return isAddress(flow) ? flow : `http://my.exotel.com/${encodeURIComponent(sid)}/exoml/start_voice/${flow}`;
}

function given(form: Readonly<Record<string, string | undefined>>): Form {
  return Object.entries(form).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}
