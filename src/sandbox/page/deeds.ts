import { type HttpRequest, type HttpResponse, json } from '../../http/http.ts';
import { isE164 } from '../../message/message.ts';
import { asObject, type JsonObject } from '../../schema/schema.ts';
import type { Action, Fault, Faults, Habit, Phones } from '../sandbox.ts';
import type { Names } from './names.ts';

/** What can be made to go wrong at one phone, by the names that the page has for it. */
const FAULTS: ReadonlyMap<unknown, Fault> = new Map<unknown, Fault>([
  ['busy', { kind: 'busy' }],
  ['no-answer', { kind: 'no-answer' }],
  ['voicemail', { kind: 'voicemail' }],
  ['failed', { kind: 'failed' }],
  // https://www.twilio.com/docs/api/errors: the handset is off or out of reach, and the carrier takes it for spam.
  ['unreachable', { kind: 'undelivered', errorCode: 30003 }],
  ['filtered', { kind: 'undelivered', errorCode: 30007 }],
]);

/** What deeds reach into. */
export interface DeedParts {
  readonly phones: Phones;
  readonly faults: Faults;
  readonly habitOf: (number: string) => Habit;
  readonly names: Names;
  /** Told of each phone whose habit or faults a deed changed. */
  readonly changed: (number: string) => void;
}

/** Why a deed is not done: a status and words for the page. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, words: string) {
    super(words);
    this.status = status;
  }
}

/** Does what a person asks for on the page, in JSON. Only the page itself can ask: no other site, and no form. */
export function handleDeed(parts: DeedParts): (request: HttpRequest) => HttpResponse {
  return (request) => {
    try {
      refuseStranger(request);
      return json(200, perform(parts, bodyOf(request)));
    } catch (error) {
      if (error instanceof Refused) return json(error.status, { error: error.message });
      throw error;
    }
  };
}

/** Browsers send `Origin` with every POST, and a page cannot choose it. */
function refuseStranger({ headers }: HttpRequest): void {
  if (headers.origin !== `http://${headers.host}`) throw new Refused(403, 'Only the page of the phones can do this.');
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json')
    throw new Refused(415, 'The content type must be application/json.');
}

function bodyOf({ body }: HttpRequest): JsonObject {
  const deed = asObject(parsed(body.toString('utf8')));
  if (!deed) throw new Refused(400, 'The body must be a JSON object.');
  return deed;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function perform(parts: DeedParts, deed: JsonObject): JsonObject {
  switch (deed.kind) {
    case 'add':
      return add(parts, deed);
    case 'habit':
      return setHabit(parts, deed);
    case 'fault':
      return addFault(parts, deed);
    case 'mend':
      return mend(parts, deed);
    default:
      return act(parts.phones, actionOf(parts.names, deed));
  }
}

function add({ phones, habitOf, names, changed }: DeedParts, deed: JsonObject): JsonObject {
  const number = textOf(deed, 'number').replaceAll(/[\s().-]/g, '');
  if (!isE164(number)) {
    const form = 'a plus sign, the country code and the rest of the number, digits only';
    throw new Refused(400, `This is no phone number in E.164 form: ${form}, such as +12025550123.`);
  }
  phones.setHabit(number, habitOf(number));
  changed(number);
  return { phone: names.nameOf(number) };
}

function setHabit({ phones, habitOf, names, changed }: DeedParts, deed: JsonObject): JsonObject {
  const number = numberOf(names, deed, 'phone');
  const { answers } = deed;
  if (answers !== 'itself' && answers !== 'by-hand')
    throw new Refused(400, 'A phone answers "itself" or is answered "by-hand".');
  phones.setHabit(number, { ...habitOf(number), answers });
  changed(number);
  return {};
}

function addFault({ faults, names, changed }: DeedParts, deed: JsonObject): JsonObject {
  const number = numberOf(names, deed, 'phone');
  const fault = FAULTS.get(deed.fault);
  if (!fault) throw new Refused(400, `A fault is one of ${[...FAULTS.keys()].join(', ')}.`);
  faults.add({ fault, number, times: 1 });
  changed(number);
  return {};
}

/** Takes back the faults of one phone; those of others, and of all, stay. */
function mend({ faults, names, changed }: DeedParts, deed: JsonObject): JsonObject {
  const number = numberOf(names, deed, 'phone');
  const others = faults.list().filter((rule) => rule.number !== number);
  faults.clear();
  for (const rule of others) faults.add(rule);
  changed(number);
  return {};
}

function act(phones: Phones, action: Action): JsonObject {
  const reason = phones.act(action);
  if (reason !== undefined) throw new Refused(409, reason);
  return {};
}

function actionOf(names: Names, deed: JsonObject): Action {
  switch (deed.kind) {
    case 'answer':
    case 'reject':
    case 'hang-up':
      return { kind: deed.kind, call: textOf(deed, 'call') };
    case 'press':
      return { kind: deed.kind, call: textOf(deed, 'call'), keys: textOf(deed, 'keys') };
    case 'call':
      return { kind: deed.kind, from: numberOf(names, deed, 'phone'), to: numberOf(names, deed, 'line') };
    case 'write':
      return {
        kind: deed.kind,
        from: numberOf(names, deed, 'phone'),
        to: numberOf(names, deed, 'line'),
        text: textOf(deed, 'text'),
      };
    default:
      throw new Refused(400, 'There is no such thing to do with a phone.');
  }
}

function numberOf(names: Names, deed: JsonObject, member: string): string {
  const number = names.numberOf(textOf(deed, member));
  if (number === undefined) throw new Refused(404, 'This phone is not known here. Load the page again.');
  return number;
}

function textOf(deed: JsonObject, member: string): string {
  const value = deed[member];
  if (typeof value !== 'string') throw new Refused(400, `"${member}" must be a text.`);
  return value;
}
