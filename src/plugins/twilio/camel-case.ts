import type { JsonObject } from '../../schema/schema.ts';

/** `date_sent_after` -> `dateSentAfter`, as the SDK calls it. */
export function camelCased(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
