import type { HttpResponse } from '../../http/http.ts';
import { isE164 } from '../../message/message.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { AccountEntry, IncomingNumber, ScriptUrl } from '../ledger.ts';
import { allOwn, created, deleted, type Endpoint, own, shown, type Visit } from './endpoint.ts';
import { callbackOf, methodOf, type Refused, scriptUrlOf, textOf, wrongMethod, wrongUrl } from './form.ts';
import { list } from './list.ts';
import { MAGIC_NUMBER, magicCode } from './magic.ts';
import { holdsPattern } from './number-pattern.ts';
import { refusal } from './refusal.ts';
import { API_VERSION, partsOf, pathOf, rfc2822 } from './resource.ts';
import { capabilitiesOf, friendlyNumber, type NumberType, STOCK, typeOf } from './stock.ts';

const PATH = 'Accounts/:account/IncomingPhoneNumbers';

/** Numbers that the account has bought (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource). */
export const incomingNumberEndpoints: readonly Endpoint[] = [
  ...typedEndpoints('Local', 'local'),
  ...typedEndpoints('TollFree', 'toll-free'),
  ...typedEndpoints('Mobile', 'mobile'),
  { method: 'POST', path: PATH, handle: (visit) => create(visit) },
  { method: 'GET', path: PATH, handle: (visit) => listNumbers(visit) },
  { method: 'GET', path: `${PATH}/:number`, handle: withNumber((number) => shown(numberResource(number))) },
  { method: 'POST', path: `${PATH}/:number`, handle: withNumber(update) },
  { method: 'DELETE', path: `${PATH}/:number`, handle: withNumber(remove) },
];

function typedEndpoints(name: string, type: NumberType): readonly Endpoint[] {
  return [
    { method: 'POST', path: `${PATH}/${name}`, handle: (visit) => create(visit, type) },
    { method: 'GET', path: `${PATH}/${name}`, handle: (visit) => listNumbers(visit, type) },
  ];
}

function withNumber(act: (number: IncomingNumber, visit: Visit) => HttpResponse): Endpoint['handle'] {
  return (visit) => {
    const { network, params, account } = visit;
    const number = own(network.books.numbers.find(params['number'] ?? ''), account);
    return number ? act(number, visit) : refusal(20404);
  };
}

function listNumbers(visit: Visit, wanted?: NumberType): HttpResponse {
  const { network, account } = visit;
  return list(visit, {
    name: 'incoming_phone_numbers',
    entries: allOwn(network.books.numbers.all(), account).filter(({ type }) => wanted === undefined || type === wanted),
    sidOf: ({ sid }) => sid,
    show: numberResource,
    equal: {
      FriendlyName: ({ friendlyName }, name) => friendlyName === name,
      PhoneNumber: ({ phoneNumber }, pattern) => holdsPattern(phoneNumber, pattern),
    },
  });
}

/** Any number can be bought that nobody has, so that the numbers of a project can be called and written to. */
function create(visit: Visit, wanted?: NumberType): HttpResponse {
  const { network, account, form } = visit;
  const { numbers } = network.books;
  const taken = new Set(numbers.all().map(({ phoneNumber }) => phoneNumber));
  const phoneNumber = choose(form, taken);
  if (typeof phoneNumber === 'number') return refusal(phoneNumber);
  if (wanted && typeOf(phoneNumber) !== wanted) return refusal(21458);
  const refused = refuseSettings(form);
  if (refused) return refusal(refused.code, refused.detail);
  const now = network.clock.now();
  const number: IncomingNumber = {
    kind: 'number',
    sid: network.newSid('PN'),
    accountSid: account.sid,
    phoneNumber,
    friendlyName: friendlyNumber(phoneNumber),
    type: typeOf(phoneNumber),
    voice: null,
    voiceFallback: null,
    sms: null,
    smsFallback: null,
    statusCallback: null,
    createdAt: now,
    updatedAt: now,
  };
  return created(numberResource(numbers.add({ ...number, ...settingsOf(form, number) })));
}

/** The number that a form asks for, or the code of why it cannot be had. */
function choose(form: URLSearchParams, taken: ReadonlySet<string>): string | number {
  const [asked, areaCode] = [textOf(form, 'PhoneNumber'), textOf(form, 'AreaCode')];
  if (asked) {
    const code = magicCode('buy', asked);
    if (code !== undefined) return code;
    if (!isE164(asked)) return 21421;
    return taken.has(asked) && asked !== MAGIC_NUMBER ? 21422 : asked;
  }
  if (!areaCode) return 21421;
  if (areaCode === MAGIC_AREA) return MAGIC_NUMBER;
  if (!/^[2-9]\d\d$/.test(areaCode)) return 21451;
  const free = STOCK.find(({ area, phoneNumber }) => area.areaCode === areaCode && !taken.has(phoneNumber));
  return free?.phoneNumber ?? 21452;
}

/** The area that always has a number for test credentials; 533 never has one (https://www.twilio.com/docs/iam/test-credentials). */
const MAGIC_AREA = '500';

const NAME_LIMIT = 64;
const URLS = ['VoiceUrl', 'VoiceFallbackUrl', 'SmsUrl', 'SmsFallbackUrl', 'StatusCallback'];
const METHODS = ['VoiceMethod', 'VoiceFallbackMethod', 'SmsMethod', 'SmsFallbackMethod', 'StatusCallbackMethod'];

function refuseSettings(form: URLSearchParams): Refused | undefined {
  if (textOf(form, 'FriendlyName').length > NAME_LIMIT) return { code: 20002 };
  const url = wrongUrl(form, URLS);
  if (url) return { code: 21402, detail: url };
  const method = wrongMethod(form, METHODS);
  return method ? { code: 21403, detail: method } : undefined;
}

/** What a form changes of a number: an empty address takes the one that was there away, a method alone changes how it is asked. */
function settingsOf(form: URLSearchParams, number: IncomingNumber): Partial<IncomingNumber> {
  const name = textOf(form, 'FriendlyName');
  const callback = callbackOf(form);
  return {
    ...(name && { friendlyName: name }),
    voice: scriptOf(form, 'Voice', number.voice),
    voiceFallback: scriptOf(form, 'VoiceFallback', number.voiceFallback),
    sms: scriptOf(form, 'Sms', number.sms),
    smsFallback: scriptOf(form, 'SmsFallback', number.smsFallback),
    statusCallback: form.has('StatusCallback') ? callback : number.statusCallback,
  };
}

function scriptOf(form: URLSearchParams, part: string, before: ScriptUrl | null): ScriptUrl | null {
  if (form.has(`${part}Url`)) return scriptUrlOf(form, `${part}Url`, `${part}Method`);
  return before && form.has(`${part}Method`) ? { ...before, method: methodOf(form, `${part}Method`) } : before;
}

/** `AccountSid` gives the number to another account of the same owner. */
function update(number: IncomingNumber, { network, account, form }: Visit): HttpResponse {
  const refused = refuseSettings(form);
  if (refused) return refusal(refused.code, refused.detail);
  const wanted = textOf(form, 'AccountSid');
  const { accounts, numbers } = network.books;
  const taker = wanted ? accounts.find(wanted) : account;
  if (!taker || !isRelated(taker, account)) return refusal(21470);
  return shown(numberResource(numbers.change(number, { ...settingsOf(form, number), accountSid: taker.sid })));
}

function isRelated(one: AccountEntry, other: AccountEntry): boolean {
  return one.ownerSid === other.ownerSid;
}

function remove({ sid }: IncomingNumber, { network }: Visit): HttpResponse {
  network.books.numbers.remove(sid);
  return deleted();
}

function numberResource(number: IncomingNumber): JsonObject {
  const path = pathOf(number.accountSid, 'IncomingPhoneNumbers', number.sid);
  return {
    account_sid: number.accountSid,
    address_requirements: 'none',
    address_sid: null,
    api_version: API_VERSION,
    beta: false,
    bundle_sid: null,
    capabilities: capabilitiesOf(number.phoneNumber),
    date_created: rfc2822(number.createdAt),
    date_updated: rfc2822(number.updatedAt),
    emergency_address_sid: null,
    emergency_address_status: 'unregistered',
    emergency_status: 'Inactive',
    friendly_name: number.friendlyName,
    identity_sid: null,
    origin: 'twilio',
    phone_number: number.phoneNumber,
    sid: number.sid,
    sms_application_sid: null,
    ...shownScript('sms', number.sms),
    ...shownScript('sms_fallback', number.smsFallback),
    status: 'in-use',
    status_callback: number.statusCallback?.url ?? '',
    status_callback_method: number.statusCallback?.method ?? 'POST',
    subresource_uris: partsOf(path, ['AssignedAddOns']),
    trunk_sid: null,
    type: number.type.replace('-', ''),
    uri: `${path}.json`,
    voice_application_sid: null,
    voice_caller_id_lookup: false,
    ...shownScript('voice_fallback', number.voiceFallback),
    voice_receive_mode: 'voice',
    ...shownScript('voice', number.voice),
  };
}

function shownScript(name: string, script: ScriptUrl | null): JsonObject {
  return { [`${name}_method`]: script?.method ?? 'POST', [`${name}_url`]: script?.url ?? '' };
}
