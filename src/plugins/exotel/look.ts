import type { HttpClient } from '../../http/http.ts';
import type { Candidate, Draft, LookRequest, Sighting } from '../../message/message.ts';
import { asObject, asText, type JsonObject } from '../../schema/schema.ts';
import type { Account } from './account.ts';
import { ask } from './ask.ts';
import { answerOf } from './outcome.ts';

/** Exotel's stamps are whole seconds, and its clock is not ours. */
const CLOCK_SKEW_MS = 60_000;
/** The most that one page holds; the newest come first. */
const PAGE_SIZE = '100';

/**
 * Lists the calls to the number that is dialled first, and matches them here: the second number, the caller id, the time of
 * creation. The list leaves out calls that go on, so a look may be in vain until they have ended. Text messages have no list.
 */
export async function look(account: Account, http: HttpClient, request: LookRequest): Promise<Sighting> {
  const { draft, attempt, signal } = request;
  if (draft.channel === 'sms') return { kind: 'unclear', reason: 'Exotel has no list of text messages' };
  const query = [
    ['From', draft.to],
    ['PageSize', PAGE_SIZE],
  ] as const;
  const asked = await ask(account, http, 'Calls', query, signal);
  if (asked.kind === 'gone') return { kind: 'candidates', candidates: [] };
  if (asked.kind === 'failed') return { kind: 'unclear', reason: asked.reason };
  const list = asked.body['Calls'];
  if (!Array.isArray(list)) return { kind: 'unclear', reason: 'Exotel answered with no list' };
  const candidates = list
    .map((item) => asObject(item) ?? {})
    .filter((item) => createdAt(item) >= attempt.beganAt - CLOCK_SKEW_MS && isLike(draft, item))
    .flatMap((item): readonly Candidate[] => {
      const sid = asText(item['Sid']);
      return sid === undefined ? [] : [{ providerId: sid, answer: answerOf(item, sid) }];
    });
  // The oldest that fits is the likeliest.
  return { kind: 'candidates', candidates: candidates.toReversed() };
}

/** Same numbers, as far as Exotel says which. */
function isLike({ to, from, content }: Draft, { From, To, PhoneNumberSid }: JsonObject): boolean {
  const second = content.kind === 'connect' ? content.second : undefined;
  return isSame(From, to) && (second === undefined || isSame(To, second)) && isSameIfGiven(PhoneNumberSid, from);
}

function isSameIfGiven(told: unknown, number: string): boolean {
  return typeof told !== 'string' || told === '' || isSame(told, number);
}

/** Exotel gives numbers back as they are dialled at home, `0` and ten digits; fewer digits than these are no number. */
const FEWEST_DIGITS = 7;

function isSame(told: unknown, number: string): boolean {
  const digits = typeof told === 'string' ? told.replaceAll(/\D/g, '').replace(/^0+/, '') : '';
  const wanted = number.replaceAll(/\D/g, '').replace(/^0+/, '');
  const [short, long] = digits.length < wanted.length ? [digits, wanted] : [wanted, digits];
  return short.length >= FEWEST_DIGITS && long.endsWith(short);
}

/** `2026-10-02 17:30:00`, by Indian time: a date that was never set comes as `1970-01-01 05:30:00`. What has no date may be of any time. */
function createdAt(item: JsonObject): number {
  const at = Date.parse(`${(asText(item['DateCreated']) ?? '').replace(' ', 'T')}+05:30`);
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at;
}
