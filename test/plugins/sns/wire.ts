/** SNS as far as `Publish` goes: how a request reads, and how it answers. */
import type { ErrorCase, WireSubject } from '../../../src/testing/provider-subject.ts';
import type { WireAnswer, WireRequest } from '../../../src/testing/provider-wire.ts';

export const wire: WireSubject = {
  readSend({ method, path, body }) {
    const form = new URLSearchParams(body);
    if (method !== 'POST' || path !== '/' || form.get('Action') !== 'Publish') return undefined;
    return { to: form.get('PhoneNumber') ?? '', words: form.get('Message') ?? '' };
  },
  accepted: (_, providerId) =>
    xml(
      200,
      `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>` +
        `<MessageId>${providerId}</MessageId></PublishResult></PublishResponse>`,
    ),
  refused: (words) => failure(400, 'NotInTheTable', words),
  providerId: (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
};

/** Codes of Publish and of all of AWS that a send can be answered with. */
export const errors: readonly ErrorCase[] = [
  error(400, 'InvalidParameter', 'final', 'not valid'),
  error(400, 'InvalidParameterValue', 'final', 'not valid'),
  error(400, 'ValidationException', 'final', 'not of the form'),
  error(400, 'ValidationError', 'final', 'not of the form'),
  error(403, 'AuthorizationError', 'final', 'may not publish'),
  error(403, 'AccessDeniedException', 'final', 'may not publish'),
  error(403, 'InvalidClientTokenId', 'final', 'does not know the access key'),
  error(403, 'SignatureDoesNotMatch', 'final', 'do not belong together'),
  error(403, 'ExpiredToken', 'final', 'has ended'),
  error(400, 'RequestExpired', 'final', 'clock'),
  error(400, 'OptedOut', 'final', 'opted out'),
  error(403, 'OptInRequired', 'final', 'not signed up'),
  error(400, 'KMSDisabled', 'final', 'switched off'),
  error(400, 'KMSInvalidState', 'final', 'in its state'),
  error(400, 'KMSNotFound', 'final', 'no such encryption key'),
  error(403, 'KMSOptInRequired', 'final', 'not signed up'),
  error(400, 'KMSThrottling', 'final', 'at once'),
  error(400, 'KMSAccessDenied', 'final', 'may not use'),
  error(429, 'Throttled', 'retry', 'too many requests'),
  error(400, 'ThrottledException', 'retry', 'too many requests'),
  error(400, 'Throttling', 'retry', 'too many requests'),
  error(500, 'InternalError', 'unknown'),
  error(400, 'InternalError', 'unknown', 'a fault inside of SNS'),
  error(500, 'InternalFailure', 'unknown'),
  error(503, 'ServiceUnavailable', 'unknown'),
];

export function formOf(request: WireRequest | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(request?.body));
}

function error(status: number, code: string, expected: ErrorCase['expected'], meaning?: string): ErrorCase {
  return { code, answer: failure(status, code, 'In their words'), expected, ...(meaning !== undefined && { meaning }) };
}

function failure(status: number, code: string, message: string): WireAnswer {
  const inside = `<Type>Sender</Type><Code>${code}</Code><Message>${message}</Message>`;
  return xml(status, `<ErrorResponse><Error>${inside}</Error><RequestId>1</RequestId></ErrorResponse>`);
}

function xml(status: number, body: string): WireAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
