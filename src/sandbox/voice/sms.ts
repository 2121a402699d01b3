import { isE164 } from '../../message/message.ts';
import { newSms } from '../life/new-sms.ts';
import { personOf } from '../phones.ts';
import { methodOf } from './attribute.ts';
import type { Element } from './document.ts';
import { type Next, notify, type Page, type Stage, sourceAt } from './stage.ts';

/** As long as one that the API takes. */
const BODY_LIMIT = 1600;

/** Sends a message in the middle of a call, to the person where nobody else is named. */
export async function sendSms(stage: Stage, page: Page, verb: Element): Promise<Next> {
  const { exchange, line, network } = stage;
  const { call } = line;
  const person = personOf(call);
  const to = verb.attributes.get('to') ?? person;
  const from = verb.attributes.get('from') ?? (person === call.to ? call.from : call.to);
  const fault = faultOf(to, from, verb.words, network.optOuts.has(to, from));
  if (fault) {
    notify(network, line, 'error', fault);
    return undefined;
  }
  const callback = verb.attributes.get('statusCallback');
  const source = callback ? sourceAt(page, callback, 'POST') : undefined;
  const sms = newSms(network, {
    direction: 'outbound-call',
    to,
    from,
    body: verb.words,
    status: 'queued',
    statusCallback: source?.kind === 'url' ? source.url : null,
  });
  exchange.send(sms);
  await line.pace();
  const action = verb.attributes.get('action');
  return action ? sourceAt(page, action, methodOf(verb), { SmsSid: sms.sid, SmsStatus: 'sent' }) : undefined;
}

/** Why a message of a script is not sent: https://www.twilio.com/docs/api/errors/14101 and those after it. */
export function faultOf(to: string, from: string, body: string, isOptedOut: boolean) {
  if (!isE164(to)) return { errorCode: 14101, text: 'to is no phone number' };
  if (!isE164(from) && !/^[A-Za-z0-9 ]{3,11}$/.test(from)) return { errorCode: 14102, text: 'from is no sender' };
  if (!body || body.length > BODY_LIMIT)
    return { errorCode: 14103, text: `a message has 1 to ${BODY_LIMIT} characters` };
  if (isOptedOut) return { errorCode: 21610, text: 'the person has opted out of messages of this sender' };
  return undefined;
}
