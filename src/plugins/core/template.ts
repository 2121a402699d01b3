import type { Resource, ResourceFile } from '../../resource/resource.ts';
import { asObject, asText } from '../../schema/schema.ts';

/** The class of resources that hold the words of messages. */
export const TEMPLATE = 'Template';

/** What a template says in one language; `locale` is absent of the one that is said where no other is. */
export interface Body {
  readonly locale?: string;
  readonly text: string;
}

type Settings = (Resource | ResourceFile)['settings'];

/** Everything that a template can say; its `body` comes first. */
export function bodiesOf(settings: Settings): readonly Body[] {
  const { body, locales } = settings;
  const others = Object.entries(asObject(locales) ?? {}).flatMap(([locale, text]) =>
    typeof text === 'string' ? [{ locale, text }] : [],
  );
  return [...(typeof body === 'string' ? [{ text: body }] : []), ...others];
}

/** What is said to who asks for a locale: `cs-CZ` gets `cs-CZ`, else `cs`, else `body`. `isAsked` where that is what was asked for. */
export function bodyFor(
  settings: Settings,
  locale: string | undefined,
): { readonly body: Body | undefined; readonly isAsked: boolean } {
  const [usual, ...others] = bodiesOf(settings);
  const own = asText(settings['locale']);
  for (const wanted of chainOf(locale)) {
    const body = others.find((other) => isSame(other.locale, wanted)) ?? (isSame(own, wanted) ? usual : undefined);
    if (body) return { body, isAsked: true };
  }
  return { body: usual, isAsked: locale === undefined };
}

/** `cs-CZ`, `cs`: a locale, then what is left of it without its last part, and so on. */
function chainOf(locale: string | undefined): readonly string[] {
  const parts = locale === undefined || locale === '' ? [] : canonical(locale).split('-');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}

/** Letter case does not count in a locale, and systems write `cs_CZ` as well (RFC 5646, 2.1.1). */
export function canonical(locale: string): string {
  return locale.replaceAll('_', '-').toLowerCase();
}

function isSame(locale: string | undefined, wanted: string): boolean {
  return locale !== undefined && canonical(locale) === wanted;
}

/** Whether it is to be said at all. */
export function isActive(settings: Settings): boolean {
  return settings['active'] !== false;
}
