import type { Resource } from '../../resource/resource.ts';

/** What an ExotelConfig says, ready for the wire. */
export interface Account {
  readonly sid: string;
  readonly key: string;
  readonly token: string;
  /** Where the API is, without a slash at the end. */
  readonly url: string;
  /** Given where the API is not at home. */
  readonly baseUrl?: string;
  /** Of every text message, by Exotel's names. */
  readonly sms: Readonly<Record<string, string>>;
}

/** The two clusters; an account lives in one of them (https://developer.exotel.com/api/sms). */
const REGIONS: Readonly<Record<string, string>> = {
  singapore: 'https://api.exotel.com',
  mumbai: 'https://api.in.exotel.com',
};

/** Exotel's names of the settings that go along with every text message. */
const SMS_SETTINGS: Readonly<Record<string, string>> = {
  dltEntityId: 'DltEntityId',
  dltTemplateId: 'DltTemplateId',
  smsType: 'SmsType',
  priority: 'Priority',
};

export function accountOf({ settings, secrets }: Resource): Account {
  const { sid, region, baseUrl } = settings;
  const home = REGIONS[typeof region === 'string' ? region : 'singapore'] ?? '';
  const sms = Object.entries(SMS_SETTINGS).flatMap(([setting, name]) => {
    const value = settings[setting];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return {
    sid: typeof sid === 'string' ? sid : '',
    key: secrets['apiKey']?.reveal() ?? '',
    token: secrets['apiToken']?.reveal() ?? '',
    url: typeof baseUrl === 'string' ? baseUrl.replace(/\/+$/, '') : home,
    ...(typeof baseUrl === 'string' && { baseUrl }),
    sms: Object.fromEntries(sms),
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
