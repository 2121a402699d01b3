import { asObject, type Json } from '../../schema/schema.ts';

/** One of the routes of a `Route`. */
export interface Entry {
  readonly to: readonly string[];
  readonly country: readonly string[];
  readonly via: string;
}

/** The routes of a resource, in their order. Those whose form is wrong are left out: that is told of the file. */
export function entriesOf({ routes }: Readonly<Record<string, Json>>): readonly Entry[] {
  return (Array.isArray(routes) ? routes : []).flatMap((item) => {
    const { to, country, via } = asObject(item) ?? {};
    return typeof via === 'string' ? [{ to: textsOf(to), country: textsOf(country), via }] : [];
  });
}

function textsOf(value: Json | undefined): readonly string[] {
  return [value ?? []].flat().filter((text) => typeof text === 'string');
}

/** Whether it is for all numbers. */
export function isForAll({ to, country }: Entry): boolean {
  return to.length === 0 && country.length === 0;
}
