import type { RefusedEvent } from '../journal/journal.ts';
import { type Command, JOURNAL, type Options, PROJECT, type Terminal, textOf, WrongUsage } from './command.ts';
import { limitOf, limitOption } from './messages-filter.ts';
import { stampOf } from './moment.ts';
import { withJournal } from './open-journal.ts';
import { tableOf } from './table.ts';

export const events: Command = {
  usage: 'events refused [--limit N] [--json] [--journal PATH]',
  about:
    'Lists events that were handed in by ringbook.emit (a journal in PostgreSQL) and did not fit, newest first, each with the reason. The door over HTTP tells its sender at once, and keeps none.',
  words: 1,
  options: {
    limit: limitOption,
    json: { about: 'as JSON' },
    journal: JOURNAL,
    project: PROJECT,
  },
  examples: [['npx ringbook events refused', 'what was emitted in the database, and put aside']],
  run: async ([verb], options, terminal) => {
    if (verb !== 'refused') throw new WrongUsage('the verb is refused');
    return await listRefused(options, terminal);
  },
};

function listRefused(options: Options, terminal: Terminal): Promise<number> {
  const limit = limitOf(textOf(options, 'limit'));
  return withJournal(options, terminal, async (journal) => {
    const found = (await journal.refusedEvents?.(limit)) ?? [];
    if (options['json'] === true) terminal.out(JSON.stringify(found, undefined, 2));
    else if (found.length === 0) terminal.out('no event was put aside');
    else for (const line of tableOf([HEADINGS, ...found.map(rowOf)])) terminal.out(line);
    return 0;
  });
}

const HEADINGS = ['WHEN', 'EVENT', 'SOURCE', 'ID', 'REASON'];

function rowOf({ time, type, source, id, reason }: RefusedEvent): readonly string[] {
  return [stampOf(Date.parse(time)), type, source, id, reason];
}
