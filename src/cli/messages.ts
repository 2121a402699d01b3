import { resolve } from 'node:path';
import { type Journal, JournalMissing, JournalUnusable, type Story } from '../journal/journal.ts';
import { openSqliteJournal } from '../journal/sqlite/sqlite.ts';
import { maskNumber } from '../message/message.ts';
import { error, ProblemsFound } from '../problem/problem.ts';
import { readSettings } from '../project.ts';
import { realClock } from '../time/real.ts';
import { type Command, JOURNAL, PROJECT, type Terminal, textOf, WrongUsage } from './command.ts';

/** Events that are looked through unless `--limit` says otherwise: a screenful. */
const DEFAULT_LIMIT = 20;

export const messages: Command = {
  usage: 'messages [--json] [--limit 20] [--journal PATH]',
  about: 'Lists the messages and calls of the newest events, newest first, and what became of each.',
  words: 0,
  options: {
    json: { about: 'as JSON, with every state that each went through' },
    limit: { value: 'N', about: `how many events are looked through (default: ${DEFAULT_LIMIT})` },
    journal: JOURNAL,
    project: PROJECT,
  },
  examples: [
    ['npx ringbook messages', 'what was sent, and how it fared'],
    ['npx ringbook messages --json', 'the same for a script'],
  ],
  run: async (_, options, terminal) => {
    const limit = limitOf(textOf(options, 'limit'));
    const config = readSettings(resolve(terminal.folder, textOf(options, 'project') ?? '.'));
    const journal = openForReading(resolve(terminal.folder, textOf(options, 'journal') ?? config.journal));
    try {
      const rows = (await journal.stories(limit)).flatMap(rowsOf);
      if (options['json'] === true) terminal.out(JSON.stringify(rows, undefined, 2));
      else printTable(rows, terminal);
      return 0;
    } finally {
      await journal.close();
    }
  },
};

/** One message as it is listed: numbers masked. */
interface Row {
  readonly id: string;
  readonly at: string;
  readonly event: string;
  readonly rule: string;
  readonly op: string;
  readonly channel: string;
  readonly to: string;
  readonly state: string;
  readonly error?: string;
  readonly providerId?: string;
  readonly states: readonly { readonly state: string; readonly at: string }[];
}

function rowsOf({ event, runs }: Story): readonly Row[] {
  return runs.flatMap(({ rule, messages: sent }) =>
    sent.map((message) => ({
      id: message.id,
      at: new Date(message.createdAt).toISOString(),
      event: event.type,
      rule,
      op: message.op,
      channel: message.channel,
      to: maskNumber(message.to),
      state: message.state,
      ...(message.error !== undefined && { error: message.error }),
      ...(message.providerId !== undefined && { providerId: message.providerId }),
      states: message.states.map(({ state, at }) => ({ state, at: new Date(at).toISOString() })),
    })),
  );
}

function printTable(rows: readonly Row[], terminal: Terminal): void {
  if (rows.length === 0) {
    terminal.out('no messages yet; fire an event with: npx ringbook emit');
    return;
  }
  const table = [
    ['WHEN', 'EVENT', 'RULE', 'OP', 'TO', 'STATE', ''],
    ...rows.map(({ at, event, rule, op, to, state, error: why }) => [
      at.slice(0, 19).replace('T', ' '),
      event,
      rule,
      op,
      to,
      state,
      why ?? '',
    ]),
  ];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table)
    terminal.out(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

function openForReading(path: string): Journal {
  try {
    return openSqliteJournal({ path, clock: realClock, readOnly: true });
  } catch (failure) {
    if (!(failure instanceof JournalMissing || failure instanceof JournalUnusable)) throw failure;
    throw new ProblemsFound([
      error('RB0703', failure.message, undefined, 'start a host first, or name its journal with --journal'),
    ]);
  }
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new WrongUsage(`--limit takes a number from 1 to 999999, and not "${text}"`);
  return Number(text);
}
