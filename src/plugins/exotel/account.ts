import type { Resource } from '../../resource/resource.ts';
import type { JsonObject } from '../../schema/schema.ts';

/** What an ExotelConfig says, ready for the wire. */
export interface Account {
  readonly sid: string;
  readonly key: string;
  readonly token: string;
  /** Where the API is, without a slash at the end. */
  readonly url: string;
  /** Given where the API is not at home. */
  readonly baseUrl?: string;
  /** What else its resource says. */
  readonly settings: JsonObject;
}

/** The two clusters; an account lives in one of them (https://developer.exotel.com/api/sms). */
const REGIONS: Readonly<Record<string, string>> = {
  singapore: 'https://api.exotel.com',
  mumbai: 'https://api.in.exotel.com',
};

export function accountOf({ settings, secrets }: Resource): Account {
  const { sid, region, baseUrl } = settings;
  const home = REGIONS[typeof region === 'string' ? region : 'singapore'] ?? '';
  return {
    sid: typeof sid === 'string' ? sid : '',
    key: secrets['apiKey']?.reveal() ?? '',
    token: secrets['apiToken']?.reveal() ?? '',
    url: typeof baseUrl === 'string' ? baseUrl.replace(/\/+$/, '') : home,
    ...(typeof baseUrl === 'string' && { baseUrl }),
    settings,
  };
}

/** What must show nowhere. */
export function secretsOf({ key, token }: Account): readonly string[] {
  return [key, token, basic({ key, token })];
}

/** Both, as they travel. */
export function basic({ key, token }: Pick<Account, 'key' | 'token'>): string {
  return Buffer.from(`${key}:${token}`).toString('base64');
}
