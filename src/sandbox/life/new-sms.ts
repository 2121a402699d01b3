import type { Sms } from '../ledger.ts';
import type { Network } from '../network.ts';

type Given = Pick<Sms, 'direction' | 'to' | 'from' | 'body' | 'status'> & Partial<Sms>;

/** A message that begins now, with nothing but what is given. */
export function newSms({ accountSid, clock, newSid }: Network, given: Given): Sms {
  const now = clock.now();
  return {
    kind: 'sms',
    sid: newSid('SM'),
    accountSid,
    messagingServiceSid: null,
    mediaUrls: [],
    statusCallback: null,
    errorCode: null,
    sendAt: null,
    sentAt: null,
    notes: [],
    createdAt: now,
    updatedAt: now,
    ...given,
  };
}
