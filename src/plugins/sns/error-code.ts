/**
 * What error codes of SNS (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, and its common errors) mean for a
 * send, in plain words, without the `Exception` that some of them end with. `retry`: refused for now, the same may work later.
 * `doubt`: it may have been done all the same. `final`: refused, and refused again if repeated.
 */
const CODES: Readonly<Record<string, ErrorCode>> = {
  Throttled: { kind: 'retry', meaning: 'too many requests at once for this account' },
  Throttling: { kind: 'retry', meaning: 'too many requests at once for this account' },
  InternalError: { kind: 'doubt', meaning: 'a fault inside of SNS' },
  InternalFailure: { kind: 'doubt', meaning: 'a fault inside of SNS' },
  ServiceUnavailable: { kind: 'doubt', meaning: 'SNS is not at work at the moment' },
  InvalidParameter: { kind: 'final', meaning: 'a part of the request is not valid, such as the number or the sender' },
  InvalidParameterValue: {
    kind: 'final',
    meaning: 'a part of the request is not valid, such as the number or the sender',
  },
  Validation: { kind: 'final', meaning: 'a part of the request is not of the form that SNS takes' },
  ValidationError: { kind: 'final', meaning: 'a part of the request is not of the form that SNS takes' },
  AuthorizationError: { kind: 'final', meaning: 'these access keys may not publish text messages' },
  AccessDenied: { kind: 'final', meaning: 'these access keys may not publish text messages' },
  InvalidClientTokenId: { kind: 'final', meaning: 'AWS does not know the access key' },
  SignatureDoesNotMatch: { kind: 'final', meaning: 'the access key and its secret do not belong together' },
  ExpiredToken: { kind: 'final', meaning: 'the session of the access keys has ended' },
  RequestExpired: { kind: 'final', meaning: 'the clock of this machine is wrong' },
  OptedOut: { kind: 'final', meaning: 'the recipient has opted out of messages from this account' },
  OptInRequired: { kind: 'final', meaning: 'the account is not signed up for SNS' },
  KMSDisabled: { kind: 'final', meaning: 'the encryption key is switched off' },
  KMSInvalidState: { kind: 'final', meaning: 'the encryption key cannot be used in its state' },
  KMSNotFound: { kind: 'final', meaning: 'there is no such encryption key' },
  KMSOptInRequired: { kind: 'final', meaning: 'the account is not signed up for encryption keys' },
  KMSThrottling: { kind: 'final', meaning: 'too many uses of the encryption key at once' },
  KMSAccessDenied: { kind: 'final', meaning: 'these access keys may not use the encryption key' },
};

interface ErrorCode {
  readonly kind: 'retry' | 'doubt' | 'final';
  readonly meaning?: string;
}

/** A code that is not in the table is final, as a well-formed 4xx is. */
export function errorCode(code: string): ErrorCode {
  const name = code.replace(/Exception$/, '');
  return (Object.hasOwn(CODES, name) ? CODES[name] : undefined) ?? { kind: 'final' };
}
