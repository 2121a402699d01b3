import type { OpCheck } from '../../plugin/plugin.ts';
import { refusalOf } from './address.ts';
import { addressNotAsked } from './problems.ts';

/** Finds an address that is refused when the op runs, as far as its protocol and host stand in the file. */
export const checkRequest: OpCheck = (use) => {
  const url = use.args['url'];
  const [first] = url?.pieces ?? [];
  if (!url || typeof first !== 'string') return [];
  // Behind the host, `${}` may stand; before its end, it may change the host.
  const known = url.pieces?.length === 1 ? first : /^\w+:\/\/[^/?#]*[/?#]/.exec(first)?.[0];
  const refusal = known === undefined ? undefined : refusalOf(known);
  return refusal ? [addressNotAsked(refusal, url.at)] : [];
};
