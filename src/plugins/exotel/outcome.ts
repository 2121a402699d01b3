import type { IncomingResponse } from '../../http/http.ts';
import type { Outcome } from '../../message/message.ts';
import { inPublic, outcomeOfFailure, outcomeOfStatus, pauseOf, readObject } from '../../plugin/plugin.ts';
import { asObject, asText, inWords, type JsonObject } from '../../schema/schema.ts';
import { type Account, secretsOf } from './account.ts';
import type { Exchange } from './api.ts';

/**
 * What Exotel's statuses mean for a send, in plain words (https://developer.exotel.com/docs/references/error-codes). Its codes
 * are many and in no list; which status they come with says what is to be done.
 */
const MEANINGS: Readonly<Record<number, string>> = {
  400: 'something in it is not valid',
  401: 'the API key and the API token do not belong together, or not to this account in this region',
  402: 'the balance is used up',
  403: 'the balance is used up, or this account may not reach that country',
  404: 'there is no such account in this region',
  409: 'it is not possible at the moment',
  429: 'too many requests at once: 200 a minute for an account',
  503: 'too many requests at once, or Exotel cannot take it at the moment',
};

/** What an exchange says became of the send. */
export function outcomeOf(account: Account, exchange: Exchange): Outcome {
  if ('failure' in exchange) return outcomeOfFailure('Exotel', exchange.failure, secretsOf(account));
  const { answer } = exchange;
  const body = readObject(answer.body);
  if (answer.status >= 200 && answer.status < 300) return outcomeOfSuccess(answer, body);
  const refusal = asObject(body?.['RestException']);
  if (!refusal) return outcomeOfStatus('Exotel', answer);
  const code = codeOf(refusal) ?? String(answer.status);
  const reason = reasonOf(account, answer.status, code, refusal);
  // In Exotel's own form a 503 is a throttle as a 429 is; from a gateway before it, it may come after a send.
  if (answer.status === 429 || answer.status === 503) return { kind: 'rejected', reason, code, retry: pauseOf(answer) };
  if (answer.status >= 400 && answer.status < 500) return { kind: 'rejected', reason, code };
  return outcomeOfStatus('Exotel', answer);
}

/** What Exotel took, as the result of an op has it: its own names, and `sid` and `status` as they are called everywhere. */
export function answerOf(item: JsonObject, sid: string): JsonObject {
  return { ...item, sid, status: asText(item['Status']) ?? '' };
}

/** The message or call that a body is about. */
export function itemOf(body: JsonObject | undefined): JsonObject | undefined {
  return asObject(body?.['SMSMessage']) ?? asObject(body?.['Call']);
}

function outcomeOfSuccess({ status }: IncomingResponse, body: JsonObject | undefined): Outcome {
  const item = itemOf(body);
  const sid = asText(item?.['Sid']);
  if (!item || !sid) return { kind: 'unknown', reason: `Exotel answered ${status}, but nothing that can be read` };
  return { kind: 'accepted', providerId: sid, answer: answerOf(item, sid) };
}

function reasonOf(account: Account, status: number, code: string, refusal: JsonObject): string {
  const message = asText(refusal['Message']);
  const words = message === undefined ? '' : `: ${inPublic(message.trim(), secretsOf(account))}`;
  const meaning = MEANINGS[status];
  return `Exotel refused it (${code})${meaning === undefined ? '' : `: ${meaning}`}${words}`;
}

function codeOf({ Code }: JsonObject): string | undefined {
  const code = Code === undefined || Code === null ? '' : inWords(Code);
  return /^\w{1,20}$/.test(code) ? code : undefined;
}
