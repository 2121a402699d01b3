import { newHttpClient } from '../http/client.ts';
import { isE164 } from '../message/message.ts';
import { createOnce } from '../plugins/twilio/create-once.ts';
import type { KindVerb } from '../plugins/twilio/kind.ts';
import { givenSchema } from '../plugins/twilio/kind-schema.ts';
import { KINDS, type KindName, valuesOf } from '../plugins/twilio/kinds.ts';
import { Lost, newReach, type Reach, Refused } from '../plugins/twilio/reach.ts';
import { error, ProblemsFound } from '../problem/problem.ts';
import { asText, compileSchema, type JsonObject } from '../schema/schema.ts';
import { textOf, WrongUsage } from './command.ts';
import { accountFrom } from './twilio-account.ts';
import type { Deed } from './twilio-deed.ts';
import { exampleOf, givenValues, optionName, typed } from './twilio-kind.ts';
import { masked, printRows } from './twilio-rows.ts';

/** Does it. Resolves with the exit code; throws `ProblemsFound` for what Twilio says no to. */
export async function act(deed: Deed): Promise<number> {
  const account = await accountFrom(deed.options, deed.terminal);
  const http = newHttpClient();
  try {
    return await perform(deed, newReach(account, http, deed.terminal.signal));
  } catch (failure) {
    if (failure instanceof Refused || failure instanceof Lost) {
      throw new ProblemsFound([error('RB0707', failure.message)]);
    }
    throw failure;
  } finally {
    await http.close();
  }
}

function perform(deed: Deed, reach: Reach): Promise<number> {
  switch (deed.verb) {
    case 'count':
      return countAll(deed, reach);
    case 'get':
      return get(deed, reach);
    case 'search':
      return list({ ...deed, kind: 'available_phone_numbers' }, reach);
    case 'buy':
    case 'create':
      return create(deed, reach);
    case 'update':
      return update(deed, reach, given(deed, 'update'));
    case 'mute':
    case 'unmute':
      return update(deed, reach, { ...given(deed, 'fetch'), muted: deed.verb === 'mute' });
    case 'delete':
      return remove(deed, reach);
    default:
      return list(deed, reach);
  }
}

/** A screenful. */
const DEFAULT_LIMIT = 20;
/** Twilio's largest page. */
const LARGEST_PAGE = 1_000;
const ALL_PAGE = 200;

async function list(deed: Deed, reach: Reach): Promise<number> {
  const { kind, options, terminal } = deed;
  const where = given(deed, 'list');
  const limit = options['all'] === true ? Number.POSITIVE_INFINITY : limitOf(deed);
  const found = reach.list(kind, where, { ...within(deed), pageSize: Math.min(limit, ALL_PAGE, LARGEST_PAGE) });
  const count = await print(deed, shownItems(deed, atMost(found, limit)));
  if (deed.format === 'table' && count === 0) terminal.out(`no ${KINDS[kind].one} is like that`);
  if (deed.format === 'table' && count === limit) terminal.out(`\n${count} are shown; --all shows all of them`);
  return 0;
}

function limitOf({ options }: Deed): number {
  const text = textOf(options, 'limit') ?? String(DEFAULT_LIMIT);
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new WrongUsage(`--limit takes a number from 1 on, and not "${text}"`);
  return Number(text);
}

async function* atMost(items: AsyncIterable<JsonObject>, limit: number): AsyncIterable<JsonObject> {
  let count = 0;
  for await (const item of items) {
    yield item;
    if (++count >= limit) return;
  }
}

async function countAll(deed: Deed, reach: Reach): Promise<number> {
  let found = 0;
  for await (const _ of reach.list(deed.kind, given(deed, 'list'), within(deed))) found++;
  deed.terminal.out(String(found));
  return 0;
}

async function get(deed: Deed, reach: Reach): Promise<number> {
  given(deed, 'fetch');
  const { kind } = deed;
  const found = await reach.fetch(kind, await sidOf(deed, reach), deed.sid && conferenceOf(deed));
  await print(deed, shownItems(deed, [found ?? missing(kind)]));
  return 0;
}

async function create(deed: Deed, reach: Reach): Promise<number> {
  const { kind, sid } = deed;
  if (deed.verb === 'buy' && (sid === undefined || !isE164(sid))) {
    throw new WrongUsage('numbers buy takes a whole number in E.164 form: +12025550123; numbers search finds some');
  }
  const settings = {
    ...given(deed, 'create', ['phone_number']),
    ...(deed.verb === 'buy' && { phone_number: sid ?? '' }),
  };
  // Nothing is journaled here: what got no answer is looked for, and a person decides.
  const made = await createOnce(kind, reach, checked(kind, 'create', settings), {
    kept: undefined,
    keep: async () => {},
  });
  await print(deed, shownItems(deed, [made]));
  return 0;
}

async function update(deed: Deed, reach: Reach, settings: JsonObject): Promise<number> {
  if (Object.keys(settings).length === 0) throw new WrongUsage(`${typed(deed.kind)} update needs something to set`);
  const changed = await reach.update(deed.kind, await sidOf(deed, reach), settings, conferenceOf(deed));
  await print(deed, shownItems(deed, [changed ?? missing(deed.kind)]));
  return 0;
}

async function remove(deed: Deed, reach: Reach): Promise<number> {
  given(deed, 'delete');
  const sid = await sidOf(deed, reach);
  if (!(await reach.remove(deed.kind, sid, conferenceOf(deed)))) missing(deed.kind);
  deed.terminal.out(`deleted ${sid}`);
  return 0;
}

/** Filters or settings, held against the table. */
function given({ kind, verb, options, beside }: Deed, of: KindVerb, without: readonly string[] = []): JsonObject {
  const values = Object.entries(valuesOf(KINDS[kind], of) ?? {}).filter(([name]) => !without.includes(name));
  const found = givenValues(Object.fromEntries(values), options, beside, `${typed(kind)} ${verb}`);
  return of === 'create' ? found : checked(kind, of, found);
}

function checked(kind: KindName, of: KindVerb, values: JsonObject): JsonObject {
  const [violation] = compileSchema(givenSchema(kind, of))(values);
  if (!violation) return values;
  if (violation.keyword === 'required') throw new WrongUsage(`it needs --${optionName(violation.key ?? '')}`);
  const [name = ''] = violation.path;
  const example = exampleOf(valuesOf(KINDS[kind], of)?.[name] ?? {});
  throw new WrongUsage(
    `--${optionName(name)} ${violation.message}${example === undefined ? '' : `, such as ${example}`}`,
  );
}

/** A number may be named by itself. */
async function sidOf({ kind, verb, sid }: Deed, reach: Reach): Promise<string> {
  if (sid === undefined)
    throw new WrongUsage(`${typed(kind)} ${verb} needs the SID of one; ${typed(kind)} list shows them`);
  if (kind !== 'incoming_phone_numbers' || !isE164(sid)) return sid;
  for await (const found of reach.list(kind, { phone_number: sid })) {
    if (found['phone_number'] === sid) return asText(found['sid']) ?? '';
  }
  return missing(kind);
}

function conferenceOf({ kind, options }: Deed): string | undefined {
  const conference = textOf(options, 'conference');
  if (KINDS[kind].within === 'conference') {
    if (conference === undefined || !/^CF[0-9a-fA-F]{32}$/.test(conference))
      throw new WrongUsage(`${typed(kind)} needs --conference with the SID of one: CF and 32 hexadecimal digits`);
    return conference;
  }
  if (conference !== undefined) throw new WrongUsage(`${typed(kind)} takes no --conference`);
  return undefined;
}

function within(deed: Deed): { readonly conference?: string } {
  const conference = conferenceOf(deed);
  return conference === undefined ? {} : { conference };
}

function missing(kind: KindName): never {
  throw new ProblemsFound([
    error('RB0707', `there is no such ${KINDS[kind].one}`, undefined, `see ringbook twilio ${typed(kind)} list`),
  ]);
}

/** Numbers that nobody has yet are nobody's secret, and have to be read to be bought. */
async function* shownItems(
  { kind, options }: Deed,
  items: AsyncIterable<JsonObject> | Iterable<JsonObject>,
): AsyncIterable<JsonObject> {
  const isWhole = options['full'] === true || kind === 'available_phone_numbers';
  for await (const item of items) yield isWhole ? item : masked(item);
}

/** Fields of the table on the screen. */
const SHOWN: Readonly<Record<KindName, readonly string[]>> = {
  messages: ['sid', 'date_created', 'direction', 'from', 'to', 'status', 'error_code', 'body'],
  calls: ['sid', 'start_time', 'direction', 'from', 'to', 'status', 'duration', 'answered_by'],
  available_phone_numbers: ['phone_number', 'locality', 'region', 'postal_code', 'rate_center', 'lata', 'iso_country'],
  incoming_phone_numbers: ['sid', 'phone_number', 'friendly_name', 'voice_url', 'sms_url'],
  accounts: ['sid', 'friendly_name', 'status', 'type', 'date_created'],
  recordings: ['sid', 'date_created', 'call_sid', 'status', 'duration'],
  transcriptions: ['sid', 'date_created', 'recording_sid', 'status', 'transcription_text'],
  conferences: ['sid', 'date_created', 'friendly_name', 'status'],
  participants: ['call_sid', 'label', 'status', 'muted', 'hold'],
  notifications: ['sid', 'message_date', 'log', 'error_code', 'call_sid', 'message_text'],
};

function print({ kind, format, terminal }: Deed, items: AsyncIterable<JsonObject>): Promise<number> {
  const fields = Object.keys(KINDS[kind].fields);
  const rows = { items, fields, shown: SHOWN[kind], names: [kind, kind.replace(/s$/, '')] } as const;
  return printRows(rows, format, (line) => terminal.out(line));
}
