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
      for (const [index, rule] of rules.entries()) {
        const { fault, number: wanted, times } = rule;
        if (!isOneOf(fault, kinds) || (wanted !== undefined && wanted !== number)) continue;
        const left = times !== undefined && times > 1 ? [{ ...rule, times: times - 1 }] : [];
        if (times !== undefined) rules = rules.toSpliced(index, 1, ...left);
        return fault;
      }
      return undefined;
    },
  };
}

function isOneOf<Kind extends Fault['kind']>(
  fault: Fault,
  kinds: readonly Kind[],
): fault is Extract<Fault, { kind: Kind }> {
  return kinds.some((kind) => kind === fault.kind);
}
