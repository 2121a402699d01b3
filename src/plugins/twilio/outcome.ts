import type { IncomingResponse } from '../../http/http.ts';
import type { Outcome } from '../../message/message.ts';
import { inPublic, pauseOf, readObject } from '../../plugin/plugin.ts';
import type { JsonObject } from '../../schema/schema.ts';
import { kindOfCode, meaningOfCode } from './error-code.ts';

/**
 * What Twilio's answer to a send says became of it: taken with a 2xx and an id; refused with a 4xx in Twilio's own form;
 * refused for now with a 429, which Twilio never processes. Whatever else comes back may hide a message that was sent.
 */
export function outcomeOfAnswer(answer: IncomingResponse, secret: string): Outcome {
  const body = readObject(answer.body);
  if (answer.status === 429) return refusedForNow(answer, body, secret);
  if (answer.status >= 200 && answer.status < 300) return outcomeOfSuccess(answer, body);
  const code = codeOf(body);
  if (answer.status < 400 || answer.status >= 500 || !body || code === undefined || kindOfCode(code) === 'doubt') {
    return {
      kind: 'unknown',
      reason: `Twilio answered ${answer.status}${code ? ` (${code})` : ''}, which does not tell`,
    };
  }
  if (kindOfCode(code) === 'retry') return refusedForNow(answer, body, secret);
  return { kind: 'rejected', reason: reasonOf(answer, body, secret), code };
}

function outcomeOfSuccess(answer: IncomingResponse, body: JsonObject | undefined): Outcome {
  const sid = body?.['sid'];
  if (body && typeof sid === 'string' && sid !== '') return { kind: 'accepted', providerId: sid, answer: body };
  return { kind: 'unknown', reason: `Twilio answered ${answer.status}, but nothing that can be read` };
}

function refusedForNow(answer: IncomingResponse, body: JsonObject | undefined, secret: string): Outcome {
  const code = codeOf(body);
  const reason = reasonOf(answer, body, secret);
  return { kind: 'rejected', reason, ...(code !== undefined && { code }), retry: pauseOf(answer) };
}

function reasonOf(answer: IncomingResponse, body: JsonObject | undefined, secret: string): string {
  const code = codeOf(body);
  const message = body?.['message'];
  const words =
    (code && meaningOfCode(code)) ?? (typeof message === 'string' ? inPublic(message, [secret]) : undefined);
  return `Twilio refused it (${code ?? answer.status})${words ? `: ${words}` : ''}`;
}

function codeOf(body: JsonObject | undefined): string | undefined {
  const code = body?.['code'];
  return typeof code === 'number' ? String(code) : undefined;
}
