import type { Fault, FaultRule, Faults } from './sandbox.ts';

/** The faults of a network, and who asks for them. */
export interface FaultBook extends Faults {
  /**
   * The first fault of one of the kinds that meets what goes to `number`, used up by one; undefined where nothing goes wrong.
   * Without a number only rules for any number meet it.
   */
  take<Kind extends Fault['kind']>(kinds: readonly Kind[], number?: string): Extract<Fault, { kind: Kind }> | undefined;
  /** What a list shows of its entries at the time `now`: `list-lag` hides the young ones. A rule that hid some is used up by one. */
  seen<Entry extends { readonly to: string; readonly createdAt: number }>(
    entries: readonly Entry[],
    now: number,
  ): readonly Entry[];
}

/** No faults at first. */
export function newFaultBook(): FaultBook {
  let rules: readonly FaultRule[] = [];
  const use = (rule: FaultRule): void => {
    const { times } = rule;
    if (times === undefined) return;
    const left = times > 1 ? [{ ...rule, times: times - 1 }] : [];
    rules = rules.toSpliced(rules.indexOf(rule), 1, ...left);
  };
  return {
    list: () => rules,
    add(rule) {
      rules = [...rules, rule];
    },
    clear() {
      rules = [];
    },
    take(kinds, number) {
      for (const rule of rules) {
        const { fault } = rule;
        if (!isOneOf(fault, kinds) || !meets(rule, number)) continue;
        use(rule);
        return fault;
      }
      return undefined;
    },
    seen(entries, now) {
      let left = entries;
      for (const rule of rules) {
        const { fault } = rule;
        if (fault.kind !== 'list-lag') continue;
        const shown = left.filter(({ to, createdAt }) => !meets(rule, to) || now - createdAt >= fault.byMs);
        if (shown.length < left.length) use(rule);
        left = shown;
      }
      return left;
    },
  };
}

function meets({ number: wanted }: FaultRule, number: string | undefined): boolean {
  return wanted === undefined || wanted === number;
}

function isOneOf<Kind extends Fault['kind']>(
  fault: Fault,
  kinds: readonly Kind[],
): fault is Extract<Fault, { kind: Kind }> {
  return kinds.some((kind) => kind === fault.kind);
}
