/** The rules and events of the benchmarks that match, in a form that any engine can be given. */

/** `types`: each rule has an event type of its own. `values`: all rules have one type, and ask for a category each. */
export type Kind = 'types' | 'values';

export interface BenchRule {
  readonly name: string;
  readonly type: string;
  readonly category?: string;
  /** It asks for a priority below this. */
  readonly below: number;
}

/** Rules of which an event of `eventTexts` fires exactly one. */
export function rulesOf(kind: Kind, count: number): readonly BenchRule[] {
  return Array.from({ length: count }, (_, number) => ({
    name: `rule ${number}`,
    type: kind === 'types' ? `topic.create.${number}` : 'topic.create',
    ...(kind === 'values' && { category: `x${number}` }),
    below: 3,
  }));
}

/** Events go round these. A prime above it spreads them over all rules. */
const EVENTS = 4_096;
const STRIDE = 7_919;

/** Rules of the benchmarks that send. */
export const RULES = 100;

/** Bytes of an event. */
const EVENT_BYTES = 300;

/** Events as they come over the wire. */
export function eventTexts(kind: Kind, rules: number): readonly string[] {
  return Array.from({ length: EVENTS }, (_, index) => {
    const number = (index * STRIDE) % rules;
    const type = kind === 'types' ? `topic.create.${number}` : 'topic.create';
    return eventText(`event-${index}`, type, `x${number}`, '');
  });
}

/** Events that were never sent before, each with the time at which it was made in its title (ns, of a clock of the machine). */
export function newEvents(sender: number): (fires: 'one' | 'none') => string {
  let number = 0;
  return (fires) => {
    number++;
    const category = fires === 'one' ? `x${number % RULES}` : 'none';
    return eventText(`${sender}-${number}`, 'topic.create', category, `${process.hrtime.bigint()} `);
  };
}

function eventText(id: string, type: string, category: string, title: string): string {
  const text =
    `{"specversion":"1.0","id":"${id}","source":"/desk","type":"${type}","time":"2026-11-21T08:30:00Z",` +
    `"data":{"topic_mid":"topic-1","category":"${category}","priority":1,"phone":"+12025550123","title":"${title}`;
  return `${text}${'x'.repeat(EVENT_BYTES - text.length - 3)}"}}`;
}
