import type { RunWithEvent } from '../journal/journal.ts';
import type { RunState } from '../run/run.ts';
import { realClock } from '../time/real.ts';
import { type Options, type Terminal, textOf } from './command.ts';
import { limitOf, namesOf } from './messages-filter.ts';
import { fromNow, isoOf, stampOf } from './moment.ts';
import { withJournal } from './open-journal.ts';
import { tableOf } from './table.ts';

/** All states, in the order of a run's life. */
const RUN_STATES: Readonly<Record<RunState, true>> = { pending: true, done: true, failed: true, dead: true };

/** `runs list`: from the journal alone, whether a host runs or not. */
export async function listRuns(options: Options, terminal: Terminal): Promise<number> {
  const states = namesOf(textOf(options, 'state'), RUN_STATES);
  const limit = limitOf(textOf(options, 'limit'));
  return withJournal(options, terminal, async (journal, notice) => {
    const found = await journal.runs(limit, states);
    if (options['json'] === true) {
      terminal.out(JSON.stringify(found.map(runAsJson), undefined, 2));
      return 0;
    }
    if (notice !== undefined) terminal.out(`${notice}\n`);
    if (found.length === 0) terminal.out(states ? 'no run is like that' : NONE_YET);
    else for (const line of tableOf([HEADINGS, ...found.map(rowOf)])) terminal.out(line);
    return 0;
  });
}

const NONE_YET = 'no runs yet; fire an event with: npx ringbook emit';
const HEADINGS = ['WHEN', 'EVENT', 'RULE', 'STATE', 'ID', ''];

function rowOf({ event, rule, state, id, error, dueAt }: RunWithEvent): readonly string[] {
  const remark = dueAt === undefined ? '' : `goes on ${fromNow(dueAt, realClock.now())}`;
  return [whenOf(event.time), event.type, rule, state, id, error ?? remark];
}

/** When its event was; `Date` does not know the leap seconds that RFC 3339 has. */
function whenOf(time: string): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? time : stampOf(at);
}

/** A run for a script, without the data of its event. */
export function runAsJson({ id, rule, state, error, dueAt, event }: RunWithEvent): Record<string, unknown> {
  return {
    id,
    rule,
    state,
    ...(error !== undefined && { error }),
    ...(dueAt !== undefined && { dueAt: isoOf(dueAt) }),
    event: { type: event.type, id: event.id, source: event.source, subject: event.subject ?? null, time: event.time },
  };
}
