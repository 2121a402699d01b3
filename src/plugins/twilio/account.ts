import type { Resource } from '../../resource/resource.ts';
import { isGiven } from './call-options.ts';
import type { Account } from './sdk.ts';

/** The account of a TwilioConfig. */
export function accountOf({ settings, secrets }: Resource): Account {
  const { userSid, baseUrl } = settings;
  return {
    sid: isGiven(userSid) ? userSid : '',
    token: secrets['authToken']?.reveal() ?? '',
    ...(isGiven(baseUrl) && { baseUrl }),
  };
}
