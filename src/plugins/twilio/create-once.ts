import type { StepNote } from '../../plugin/plugin.ts';
import { asObject, asText, type JsonObject } from '../../schema/schema.ts';
import { KINDS, type KindName } from './kinds.ts';
import { Lost, type Reach, Refused } from './reach.ts';

/**
 * Creates something, and never blindly a second time. Twilio has no key for that, so what is there is looked at: before the
 * first request it is noted; where the answer was lost, or the step was cut off after the note, the account is listed, and what
 * came since is taken for ours. Where that does not tell, it fails: a person has to look. Rejects with `Refused` or `Lost`.
 */
export async function createOnce(
  kind: KindName,
  reach: Reach,
  settings: JsonObject,
  note: StepNote,
): Promise<JsonObject> {
  const { name, value } = nameIn(kind, settings);
  const namesakes = async (): Promise<readonly JsonObject[]> => {
    const found: JsonObject[] = [];
    for await (const item of reach.list(kind, { [name]: value })) if (item[name] === value) found.push(item);
    return found;
  };
  if (note.kept !== undefined) {
    const made = newAmong(await namesakes(), before(note.kept));
    // Nobody sells a number twice: asking for it again buys it once at most.
    if (made.length > 0 || name !== 'phone_number') return onlyOne(kind, made);
  } else {
    const known = (await namesakes()).map(sidOf);
    if (known.length > 0) throw new Refused(`one of ${kind} with that ${name} is there already: ${known.join(', ')}`);
    await note.keep({ known });
  }
  try {
    return await reach.create(kind, settings);
  } catch (failure) {
    if (!(failure instanceof Lost) || !failure.mayBeDone) throw failure;
    return onlyOne(kind, newAmong(await namesakes(), before(note.kept)));
  }
}

/** What tells it from others of its kind. */
function nameIn(kind: KindName, settings: JsonObject): { readonly name: string; readonly value: string } {
  const [name = 'friendly_name'] = KINDS[kind].createNeeds ?? [];
  return { name, value: asText(settings[name]) ?? '' };
}

function onlyOne(kind: KindName, found: readonly JsonObject[]): JsonObject {
  const [own, ...others] = found;
  if (own && others.length === 0) return own;
  const command = `ringbook twilio ${kind === 'incoming_phone_numbers' ? 'numbers' : kind} list`;
  throw new Lost(
    own
      ? `there are several that this may have made: look with \`${command}\``
      : `whether it was made is not known, and it is not tried again blindly: look with \`${command}\` in some minutes`,
    true,
  );
}

function newAmong(found: readonly JsonObject[], known: readonly string[]): readonly JsonObject[] {
  return found.filter((item) => !known.includes(sidOf(item)));
}

function sidOf({ sid }: JsonObject): string {
  return asText(sid) ?? '';
}

function before(note: unknown): readonly string[] {
  const known = asObject(note)?.['known'];
  return Array.isArray(known) ? known.map(String) : [];
}
