import type { IncomingResponse } from '../../http/http.ts';
import type { Outcome } from '../../message/message.ts';
import { inPublic, outcomeOfFailure, outcomeOfStatus, pauseOf } from '../../plugin/plugin.ts';
import { elementsNamed, readXml, textOf, type XmlElement } from '../../xml/xml.ts';
import type { Exchange } from './client.ts';
import { errorCode } from './error-code.ts';

/** What came over the wire, or what kept it from the wire, says of a send. */
export function outcomeOfExchange(exchange: Exchange, secrets: readonly string[]): Outcome {
  if ('answer' in exchange) return outcomeOfAnswer(exchange.answer, secrets);
  if (exchange.isSent) return outcomeOfFailure('SNS', exchange.failure, secrets);
  // The SDK has found no keys, or no region: nothing has left this machine, and they may come, as a role's do.
  const { failure } = exchange;
  const words = inPublic(failure instanceof Error ? failure.message : 'no reason given', secrets);
  return { kind: 'rejected', reason: `the request to SNS could not be made: ${words}`, retry: { unreached: true } };
}

function outcomeOfAnswer(answer: IncomingResponse, secrets: readonly string[]): Outcome {
  const root = readXml(answer.body);
  if (answer.status >= 200 && answer.status < 300) return outcomeOfSuccess(root);
  const error = root && elementsNamed(root, 'Error')[0];
  const code = error && textOf(error, 'Code');
  if (!error || !code || answer.status < 400 || answer.status >= 500) return outcomeOfStatus('SNS', answer);
  return outcomeOfError(code, textOf(error, 'Message') ?? '', answer, secrets);
}

function outcomeOfSuccess(root: XmlElement | undefined): Outcome {
  const result = root && elementsNamed(root, 'PublishResult')[0];
  const providerId = result && textOf(result, 'MessageId');
  if (!providerId) return { kind: 'unknown', reason: 'SNS answered, but nothing that can be read' };
  // Nothing more is ever heard of it here: deliveries are told to CloudWatch alone.
  return { kind: 'accepted', state: 'untracked', providerId, answer: { sid: providerId, status: 'accepted' } };
}

function outcomeOfError(code: string, message: string, answer: IncomingResponse, secrets: readonly string[]): Outcome {
  const { kind, meaning = inPublic(message, secrets) } = errorCode(code);
  const shown = /^[\w.]{1,60}$/.test(code) ? inPublic(code, secrets) : 'an unknown code';
  if (kind === 'doubt') {
    return { kind: 'unknown', reason: `SNS answered ${answer.status} (${shown}), which does not tell: ${meaning}` };
  }
  const retry = kind === 'retry' || answer.status === 429 ? { retry: pauseOf(answer) } : {};
  return {
    kind: 'rejected',
    reason: `SNS refused it (${shown})${meaning ? `: ${meaning}` : ''}`,
    code: shown,
    ...retry,
  };
}
