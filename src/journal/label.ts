/** What messages are found by, and in what order they go out: the same in every journal. */
import type { SendOptions } from '../message/message.ts';

/** Urgency of a message that says nothing of it; also in the first migrations of each journal. */
const PRIORITY = 3;
const MOST_URGENT = 1;
const LEAST_URGENT = 5;

export function urgencyOf({ priority = PRIORITY }: SendOptions = {}): number {
  return Math.min(LEAST_URGENT, Math.max(MOST_URGENT, Math.round(priority)));
}

/** What a message is found by, as rows of `label`. Of the author's own data, what has a text: no lists, no maps. */
export function labelsOf({
  tags = [],
  related = [],
  extra = {},
  template,
}: SendOptions = {}): readonly (readonly [name: string, value: string])[] {
  return [
    ...tags.map((tag) => ['tag', tag] as const),
    ...related.map((object) => ['related', object] as const),
    ...(template === undefined ? [] : [['template', template] as const]),
    ...Object.entries(extra).flatMap(([key, value]) =>
      value === null || typeof value === 'object' ? [] : [[extraLabel(key), String(value)] as const],
    ),
  ];
}

/** The name of the label of one key of a message's `extra`. */
export function extraLabel(key: string): string {
  return `extra.${key}`;
}
