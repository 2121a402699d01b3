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

/** Events as they come over the wire, 300 bytes each. */
export function eventTexts(kind: Kind, rules: number): readonly string[] {
  return Array.from({ length: EVENTS }, (_, index) => {
    const number = (index * STRIDE) % rules;
    const event = {
      specversion: '1.0',
      id: `event-${index}`,
      source: '/desk',
      type: kind === 'types' ? `topic.create.${number}` : 'topic.create',
      time: '2026-11-21T08:30:00Z',
      data: { title: '', topic_mid: `topic-${index}`, category: `x${number}`, priority: 1, phone: '+12025550123' },
    };
    event.data.title = 'x'.repeat(300 - JSON.stringify(event).length);
    return JSON.stringify(event);
  });
}
