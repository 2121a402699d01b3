/** The net under all that is sent, for staging and tests: no real person is reached by mistake. */
import { type Draft, maskNumber, recipientsOf } from './message.ts';

export interface Net {
  /** Everything goes to this number, in E.164 form, whomever it is for. */
  readonly forced?: string;
  /** Numbers, or what they begin with, that may be reached; any, where it is absent. */
  readonly allowed?: readonly string[];
}

/** A draft as the net lets it go out. Of a call that connects two numbers, neither reaches anybody else. */
export function caught<Sent extends Draft>(draft: Sent, { forced }: Net): Sent {
  if (forced === undefined) return draft;
  const { content } = draft;
  return { ...draft, to: forced, ...(content.kind === 'connect' && { content: { ...content, second: forced } }) };
}

/** Why a draft may not go out at all; undefined where it may. */
export function netRefusal(draft: Draft, { allowed }: Net): string | undefined {
  const other = allowed && recipientsOf(draft).find((number) => !allowed.some((start) => number.startsWith(start)));
  return other === undefined
    ? undefined
    : `${maskNumber(other)} is not among \`allow_recipients\` (ringbook.yml), and nobody else is reached`;
}

/** What a person has to know who looks at messages, in one line; undefined where sends go where they say. */
export function noticeOf({ forced, allowed }: Net): string | undefined {
  if (forced !== undefined) return `all sends go to ${maskNumber(forced)} (force_recipient)`;
  if (!allowed) return undefined;
  const shown = allowed.map((start) => (start.length < 8 ? `${start}…` : maskNumber(start)));
  return `only ${shown.join(', ')} may be reached (allow_recipients)`;
}
