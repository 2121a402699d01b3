import type { Fault, FaultRule, Faults } from './sandbox.ts';

/** The faults of a network, and who asks for them. */
export interface FaultBook extends Faults {
  /**
   * The first fault of one of the kinds that meets what goes to `number`, used up by one; undefined where nothing goes wrong.
   * Without a number only rules for any number meet it.
   */
  take<Kind extends Fault['kind']>(kinds: readonly Kind[], number?: string): Extract<Fault, { kind: Kind }> | undefined;
}

/** No faults at first. */
export function newFaultBook(): FaultBook {
  let rules: readonly FaultRule[] = [];
  return {
    list: () => rules,
    add(rule) {
      rules = [...rules, rule];
    },
    clear() {
      rules = [];
    },
    take(kinds, number) {
      const index = rules.findIndex((rule) => meets(rule, kinds, number));
      const rule = rules[index];
      if (!rule) return undefined;
      const { times } = rule;
      if (times !== undefined) {
        const left = times > 1 ? [{ ...rule, times: times - 1 }] : [];
        rules = rules.toSpliced(index, 1, ...left);
      }
      return rule.fault as Extract<Fault, { kind: (typeof kinds)[number] }>;
    },
  };
}

function meets({ fault, number: wanted }: FaultRule, kinds: readonly string[], number: string | undefined): boolean {
  return kinds.includes(fault.kind) && (wanted === undefined || wanted === number);
}
