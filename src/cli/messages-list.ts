import type { Journal, RunWithEvent } from '../journal/journal.ts';
import { needsPerson } from '../message/desk.ts';
import { type Message, maskNumber } from '../message/message.ts';
import { realClock } from '../time/real.ts';
import { type Options, type Terminal, textOf } from './command.ts';
import { filterOf, limitOf } from './messages-filter.ts';
import { messageAsJson, sentTo } from './messages-json.ts';
import { stampOf } from './moment.ts';
import { withJournal } from './open-journal.ts';
import { plural } from './plural.ts';
import { tableOf } from './table.ts';

/** What waits for a person is counted up to here: more is as bad. */
const COUNTED = 1_000;

/** `messages list`: from the journal alone, whether a host runs or not. */
export async function listMessages(options: Options, terminal: Terminal): Promise<number> {
  const filter = filterOf(options, realClock.now());
  const limit = limitOf(textOf(options, 'limit'));
  return withJournal(options, terminal, async (journal, notice) => {
    const found = await journal.messages(limit, filter);
    const runs = await runsOf(found, journal);
    if (options['json'] === true) {
      const rows = found.map((message) => messageAsJson(message, runs.get(message.runId), journal));
      terminal.out(JSON.stringify(await Promise.all(rows), undefined, 2));
      return 0;
    }
    if (notice !== undefined) terminal.out(`${notice}\n`);
    if (found.length > 0) printTable(found, runs, terminal);
    else terminal.out(Object.keys(filter).length > 0 ? 'no message is like that' : NONE_YET);
    for (const line of await waitingForPerson(journal)) terminal.out(line);
    return 0;
  });
}

const NONE_YET = 'no messages yet; fire an event with: npx ringbook emit';

type Runs = ReadonlyMap<string, RunWithEvent>;

async function runsOf(found: readonly Message[], journal: Pick<Journal, 'run'>): Promise<Runs> {
  const ids = [...new Set(found.map(({ runId }) => runId))];
  const runs = await Promise.all(ids.map((id) => journal.run(id)));
  return new Map(runs.flatMap((run) => (run ? [[run.id, run]] : [])));
}

function printTable(found: readonly Message[], runs: Runs, terminal: Terminal): void {
  const rows = found.map((message) => {
    const { id, createdAt, runId, op, to, state } = message;
    const run = runs.get(runId);
    return [
      stampOf(createdAt),
      run?.event.type ?? '',
      run?.rule ?? '',
      op,
      maskNumber(to),
      state,
      id,
      remarksOn(message),
    ];
  });
  for (const line of tableOf([['WHEN', 'EVENT', 'RULE', 'OP', 'TO', 'STATE', 'ID', ''], ...rows])) terminal.out(line);
}

/** What a person should know at a glance. */
function remarksOn(message: Message): string {
  const reached = sentTo(message);
  return [
    ...(needsPerson(message) ? ['needs a person'] : []),
    ...(message.possibleDuplicate ? ['possible duplicate'] : []),
    ...(reached === undefined ? [] : [`sent to ${reached}`]),
    ...(message.resendOf === undefined ? [] : [`${message.resendOf} again`]),
    ...(message.error === undefined ? [] : [message.error]),
  ].join('; ');
}

/** Lines about what nobody but a person can move on; none where there is nothing. */
async function waitingForPerson(journal: Pick<Journal, 'messages' | 'runs'>): Promise<readonly string[]> {
  const unknown = await journal.messages(COUNTED, { states: ['unknown'] });
  const held = unknown.filter(needsPerson).length;
  const dead = (await journal.runs(COUNTED, ['dead'])).length;
  return [
    ...(held > 0 ? [`\n${counted(held, 'message')} for a person: npx ringbook messages list --state unknown`] : []),
    ...(dead > 0 ? [`\n${counted(dead, 'dead run')} for a person: npx ringbook runs list --state dead`] : []),
  ];
}

function counted(count: number, noun: string): string {
  return `${plural(count, noun)} ${count === COUNTED ? 'or more ' : ''}${count === 1 ? 'waits' : 'wait'}`;
}
