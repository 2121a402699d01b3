import { isFinal, isOpen, type State } from '../../message/message.ts';
import type { Journal, MoveResult, Report, Sequel } from '../journal.ts';
import { heard, reportedState } from '../settle.ts';
import type { Database } from './database.ts';
import type { Append } from './event.ts';
import type { Messages } from './message.ts';
import { WAKE } from './run.ts';

/** What is heard about messages. */
export function reportVerbs(database: Database, messages: Messages, append: Append): Pick<Journal, 'reportState'> {
  const wake = database.prepare(WAKE);
  const move = (messageId: string, report: Report, sequel: Sequel | undefined): MoveResult => {
    const message = messages.find(messageId);
    const state = reportedState(message.state, report.state);
    const { error, providerId = message.providerId, onlyFrom = [message.state] } = report;
    const via = report.providerId === undefined ? message.via : report.via;
    if (state === message.state || !onlyFrom.includes(message.state)) return { message, moved: false };
    const detail = error === undefined ? undefined : { error };
    const moved = messages.change(
      message,
      { state, providerId, via, error, ...heard(message, report), dueAt: undefined },
      detail,
    );
    if (isAwaited(message.state, state)) wake.run(message.runId);
    return { message: moved, moved: true, ...(sequel && { appended: append(sequel.event, sequel.runs) }) };
  };
  return { reportState: (messageId, report, sequel) => database.write(() => move(messageId, report, sequel)) };
}

/** Whether a run may wait for this step: the first fate of its message, or that nothing more can be expected. */
function isAwaited(before: State, after: State): boolean {
  return isOpen(before) || isFinal(after) || after === 'untracked';
}
