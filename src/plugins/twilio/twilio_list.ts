import type { Op } from '../../plugin/plugin.ts';
import type { JsonObject } from '../../schema/schema.ts';
import { orFail, useOf } from './kind-op.ts';

/** Lists what an account holds: as many as `limit` allows, over as many pages as that takes. */
export const twilioList: Op = async (args, context) => {
  const { kind, reach, given, conference } = useOf('list', args, context);
  const limit = typeof args['limit'] === 'number' ? args['limit'] : DEFAULT_LIMIT;
  return orFail(async () => {
    const items: JsonObject[] = [];
    const pageSize = Math.min(limit + 1, LARGEST_PAGE);
    for await (const item of reach.list(kind, given, { pageSize, ...(conference !== undefined && { conference }) })) {
      if (items.length === limit) return { items, more: true };
      items.push(item);
    }
    return { items, more: false };
  });
};

/** Twilio's own page. */
const DEFAULT_LIMIT = 50;
const LARGEST_PAGE = 200;
