import type { OptOuts } from '../network.ts';

/** Nobody has opted out at first. */
export function newOptOuts(): OptOuts {
  const pairs = new Set<string>();
  return {
    has: (person, sender) => pairs.has(`${person} ${sender}`),
    add: (person, sender) => void pairs.add(`${person} ${sender}`),
    remove: (person, sender) => void pairs.delete(`${person} ${sender}`),
  };
}
