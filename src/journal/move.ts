/** Moving a journal from one kind to another: what both sides agree on, and how it goes. */

/** A table of a journal, by the same name on both sides: its columns with their types in PostgreSQL, and what its rows are ordered by. */
interface Table {
  readonly columns: Readonly<Record<string, string>>;
  /** Absent: the number of the row. */
  readonly key?: readonly string[];
}

/** In an order in which each row comes after those that it names. */
export const TABLES = {
  plan: { columns: { hash: 'text', body: 'text' } },
  event: {
    columns: {
      number: 'bigint',
      source: 'text',
      id: 'text',
      type: 'text',
      subject: 'text',
      time: 'text',
      data: 'text',
      received_at: 'bigint',
    },
  },
  run: {
    columns: {
      id: 'text',
      event_number: 'bigint',
      place: 'integer',
      rule: 'text',
      plan_hash: 'text',
      state: 'text',
      error: 'text',
      due_at: 'bigint',
      finished_at: 'bigint',
      priority: 'smallint',
      order_key: 'text',
      is_blocked: 'boolean',
      is_begun: 'boolean',
      tries: 'integer',
    },
  },
  step: {
    columns: { number: 'bigint', run_id: 'text', path: 'text', op: 'text', result: 'text', recorded_at: 'bigint' },
  },
  message: {
    columns: {
      number: 'bigint',
      id: 'text',
      run_id: 'text',
      op: 'text',
      channel: 'text',
      resource: 'text',
      recipient: 'text',
      sender: 'text',
      content: 'text',
      options: 'text',
      priority: 'smallint',
      state: 'text',
      provider_id: 'text',
      error: 'text',
      answer: 'text',
      created_at: 'bigint',
      changed_at: 'bigint',
      due_at: 'bigint',
      admitted_at: 'bigint',
      admitted_for: 'text',
      is_counted: 'boolean',
      attempts: 'integer',
      looks: 'integer',
      possible_duplicate: 'boolean',
      resend_of: 'text',
      is_void: 'boolean',
      attempt_id: 'text',
      attempt_number: 'integer',
      attempt_began_at: 'bigint',
      attempt_way: 'text',
      via: 'text',
      passed: 'text',
    },
  },
  attempt: {
    columns: {
      id: 'text',
      message_id: 'text',
      number: 'integer',
      began_at: 'bigint',
      outcome: 'text',
      settled_at: 'bigint',
      way_resource: 'text',
      way_to: 'text',
      way_from: 'text',
      way_content: 'text',
    },
  },
  label: {
    columns: { name: 'text', value: 'text', message_number: 'bigint' },
    key: ['name', 'value', 'message_number'],
  },
  former_provider_id: {
    columns: { resource: 'text', provider_id: 'text', message_id: 'text' },
    key: ['resource', 'provider_id', 'message_id'],
  },
  bucket: { columns: { key: 'text', next_at: 'double precision' }, key: ['key'] },
  sent_count: { columns: { day: 'integer', key: 'text', count: 'integer' }, key: ['day', 'key'] },
} as const satisfies Readonly<Record<string, Table>>;

export type TableName = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES).filter((name): name is TableName => name in TABLES);

/** How far a move is: the table, and the key of the last row of it that is there. */
export interface Place {
  readonly table: TableName;
  readonly key: readonly (string | number)[];
}

/** Rows of one table, which are taken all or none. */
export interface Batch {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Of the last of them. */
  readonly place: Place;
  /** Where the rows are messages: the states that they went through, in order. `detail` is JSON. */
  readonly states: readonly {
    readonly message_id: string;
    readonly state: string;
    readonly at: number;
    readonly detail?: string;
  }[];
}

/** How many rows each table has. */
export type Counts = Readonly<Record<TableName, number>>;

/** A journal that nobody else writes until `close`. */
export interface MoveSource {
  /** The same for as long as nothing in it has changed. */
  readonly fingerprint: string;
  readonly counts: Counts;
  /** The last number that was given to an event, a step, a message: none is given again, though it was pruned. */
  readonly lastNumbers: Readonly<Record<'event' | 'step' | 'message', number>>;
  /** How many rows there are up to a place. */
  countTo(place: Place): number;
  /** All rows after a place, table after table. */
  batches(after?: Place): Iterable<Batch>;
  /** No host can be started on it from now on. */
  retire(): void;
  close(): void;
}

/** A journal that was empty, and in which nobody else does anything until `close`. */
export interface MoveTarget {
  /** Where the move broke off, if it was begun before. Rejects with `JournalUnusable` where another journal, or anything else, is there. */
  begin(fingerprint: string): Promise<{ readonly after?: Place; readonly isFinished: boolean }>;
  /** Durable when it resolves, with what is due of it. */
  take(batch: Batch): Promise<void>;
  /** Makes sure that everything is there, and lets hosts in. */
  finish(source: Pick<MoveSource, 'fingerprint' | 'counts' | 'lastNumbers'>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Moves everything; where it breaks off, the same again goes on from there. `progress` is told how many rows are there, and of
 * what the last ones are. Returns whether all is there: not where `signal` came first.
 */
export async function moveJournal(
  source: MoveSource,
  target: MoveTarget,
  signal: AbortSignal,
  progress: (rows: number, table: TableName) => void,
): Promise<boolean> {
  const { after, isFinished } = await target.begin(source.fingerprint);
  if (!isFinished) {
    let moved = after ? source.countTo(after) : 0;
    for (const batch of source.batches(after)) {
      if (signal.aborted) return false;
      await target.take(batch);
      moved += batch.rows.length;
      progress(moved, batch.place.table);
    }
    await target.finish(source);
  }
  source.retire();
  return true;
}
