import { maskNumber } from '../../message/message.ts';
import type { Notification } from '../ledger.ts';
import type { Exchange } from '../life/exchange.ts';
import type { Line } from '../life/line.ts';
import type { Network } from '../network.ts';
import type { Element } from './document.ts';

/** Where a script is acted out: one call that was answered. */
export interface Stage {
  readonly exchange: Exchange;
  readonly network: Network;
  readonly line: Line;
  /** Set where the person of a `<Dial>` hears something before both are connected. */
  readonly isWhisper?: true;
}

/** A script that was read, and where from. */
export interface Page {
  readonly root: Element;
  /** Null where it came with the call. */
  readonly url: string | null;
}

/** Where a script comes from. */
export type Source =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly method: 'GET' | 'POST';
      /** What is sent beside what is sent about every call. */
      readonly params: Readonly<Record<string, string>>;
    }
  /** A script that cannot be had, and why. */
  | { readonly kind: 'none'; readonly failure: Failure };

/** What a verb leads to: the next verb, another script, or the end of the call. */
export type Next = undefined | Source | { readonly kind: 'end' };

/** An error or warning of Twilio's. */
export interface Failure {
  readonly errorCode: number;
  readonly text: string;
  readonly url?: string;
  readonly method?: 'GET' | 'POST';
}

/** Writes an error or warning down where Twilio would, and where a person sees it. */
export function notify(network: Network, line: Line, level: Notification['level'], failure: Failure): void {
  line.note(`${level === 'error' ? 'Error' : 'Warning'} ${failure.errorCode}: ${maskAll(failure.text)}.`);
  keepNotification(network, line.sid, level, failure);
}

/** Writes it down in the books alone: what is not about a call has no line to note it. */
export function keepNotification(
  { accountSid, books, clock, newSid }: Network,
  callSid: string | null,
  level: Notification['level'],
  { errorCode, text, url = '', method }: Failure,
): void {
  const now = clock.now();
  books.notifications.add({
    kind: 'notification',
    sid: newSid('NO'),
    accountSid,
    callSid,
    level,
    errorCode,
    text: maskAll(text),
    requestUrl: url,
    requestMethod: method ?? '',
    createdAt: now,
    updatedAt: now,
  });
}

/** Text with every number in it masked. */
export function maskAll(text: string): string {
  return text.replaceAll(/\+?\d{7,15}/g, maskNumber);
}

/** Where an attribute or a `<Redirect>` leads to from a page. */
export function sourceAt(
  page: Page,
  address: string | undefined,
  method: 'GET' | 'POST',
  params: Readonly<Record<string, string>> = {},
): Source {
  // Without an address Twilio asks the one of the present script.
  const url = URL.parse(address || page.url || '', page.url ?? undefined);
  if (url && /^https?:$/.test(url.protocol)) return { kind: 'url', url: url.href, method, params };
  const text = address ? 'an address is no URL' : 'a script that came with the call has no address to go back to';
  return { kind: 'none', failure: { errorCode: 11100, text } };
}
