import type { Pool } from 'pg';
import type { JsonObject } from '../../schema/schema.ts';
import type { Clock } from '../../time/time.ts';
import type { RefusedEvent } from '../journal.ts';
import { ask } from './connect.ts';
import { integer, type Row, text } from './row.ts';
import { encodeText } from './text.ts';

/**
 * Events that were handed in by `ringbook.emit`: each is accepted, and goes, or is put aside with the reason for which it does
 * not fit. `accept` resolves with that reason. It may be asked about an event that it has accepted before.
 */
export function newInboxTask(
  pool: Pool,
  clock: Clock,
  accept: (envelope: JsonObject) => Promise<string | undefined>,
): (number: string) => Promise<void> {
  return async (number) => {
    const [row] = await ask<Row>(pool, 'emitted', EMITTED, [number]);
    if (!row) return;
    const reason = await accept(envelopeOf(row));
    if (reason === undefined) await ask(pool, 'taken in', 'DELETE FROM ringbook.inbox WHERE number = $1', [number]);
    else await ask(pool, 'put aside', PUT_ASIDE, [number, encodeText(reason), clock.now()]);
  };
}

const EMITTED = 'SELECT * FROM ringbook.inbox WHERE number = $1 AND refused IS NULL';
const PUT_ASIDE = 'UPDATE ringbook.inbox SET refused = $2, refused_at = $3 WHERE number = $1';

function envelopeOf(row: Row): JsonObject {
  return {
    specversion: '1.0',
    id: text(row, 'id'),
    source: text(row, 'source'),
    type: text(row, 'type'),
    ...(row['subject'] !== null && { subject: text(row, 'subject') }),
    time: text(row, 'time'),
    data: JSON.parse(text(row, 'data')),
  };
}

/** Events that were put aside, the newest first. */
export async function refusedEvents(pool: Pool, limit: number): Promise<readonly RefusedEvent[]> {
  return (await ask<Row>(pool, 'refused events', REFUSED, [limit])).map((row) => ({
    number: integer(row, 'number'),
    id: text(row, 'id'),
    source: text(row, 'source'),
    type: text(row, 'type'),
    time: text(row, 'time'),
    reason: text(row, 'refused'),
  }));
}

const REFUSED = 'SELECT * FROM ringbook.inbox WHERE refused IS NOT NULL ORDER BY number DESC LIMIT $1';
