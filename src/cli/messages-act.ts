import { asObject, asText } from '../schema/schema.ts';
import { type Options, type Terminal, textOf, WrongUsage } from './command.ts';
import { type Door, expectFine, post, postForLines } from './host-client.ts';
import { withHost } from './host-door.ts';
import { plural } from './plural.ts';
import { tableOf } from './table.ts';

/** What `messages send` takes in one go, as the desk does. */
const BATCH = 20;

/** `messages resend <id>` */
export function resend(id: string, options: Options, terminal: Terminal): Promise<number> {
  return act(id, 'resend', options, terminal, ({ resendOf, id: own, state, error: why }) => {
    const fate = why === undefined ? state : `${state} (${why})`;
    return resendOf === undefined ? `sent again: it is ${fate}` : `sent again as ${own}, which is ${fate}`;
  });
}

/** `messages cancel <id>` */
export function cancel(id: string, options: Options, terminal: Terminal): Promise<number> {
  return act(id, 'cancel', options, terminal, () => 'called off: it does not go out');
}

/** `messages resolve <id> --as sent|not-sent` */
export async function resolveFate(id: string, options: Options, terminal: Terminal): Promise<number> {
  const fate = textOf(options, 'as');
  if (fate !== 'sent' && fate !== 'not-sent') {
    const given = fate === undefined ? '' : `, and not "${fate}"`;
    throw new WrongUsage(`resolve takes --as sent or --as not-sent${given}`);
  }
  return act(id, `resolve?fate=${fate}`, options, terminal, ({ state }) => `resolved: it is ${state}`);
}

/** `messages send` */
export function send(options: Options, terminal: Terminal): Promise<number> {
  return withHost(options, terminal, async (door) => {
    const answer = await post(door, '/messages/send');
    const sent = rowsOf(expectFine(answer, door)['messages']);
    if (sent.length === 0) terminal.out('nothing is due');
    for (const line of tableOf(sent.map(asCells))) terminal.out(line);
    if (sent.length === BATCH) terminal.out('There may be more: run it again.');
    leaveRest(door, terminal);
    return 0;
  });
}

/** `messages check`: 1 where a provider could not be asked. */
export function check(options: Options, terminal: Terminal): Promise<number> {
  return withHost(options, terminal, async (door) => {
    const answer = await postForLines(door, '/messages/check', (value) =>
      terminal.progress(`asked about ${plural(Number(asObject(value)?.['asked']), 'message')}`),
    );
    terminal.progress('');
    const { moved, unmoved, failed } = expectFine(answer, door);
    const news = rowsOf(moved);
    const silent = rowsOf(failed);
    for (const line of tableOf(news.map(asCells))) terminal.out(line);
    for (const { id, reason } of silent) terminal.err(`${id} could not be asked about: ${reason}`);
    const total = news.length + silent.length + Number(unmoved);
    terminal.out(`${plural(total, 'message')} on the way: ${news.length} moved, ${Number(unmoved)} did not`);
    leaveRest(door, terminal);
    return silent.length > 0 ? 1 : 0;
  });
}

/** A message as the host tells of it; every value a text. */
type Row = Readonly<Record<string, string | undefined>>;

async function act(
  id: string,
  verb: string,
  options: Options,
  terminal: Terminal,
  words: (row: Row) => string,
): Promise<number> {
  return withHost(options, terminal, async (door) => {
    const answer = await post(door, `/messages/${encodeURIComponent(id)}/${verb}`);
    const [row = {}] = rowsOf([expectFine(answer, door)['message']]);
    terminal.out(`${id} to ${row['to']} is ${words(row)}`);
    leaveRest(door, terminal);
    return 0;
  });
}

function rowsOf(value: unknown): readonly Row[] {
  return Array.isArray(value)
    ? value.map((row) => {
        const told: [string, unknown][] = Object.entries(asObject(row) ?? {});
        return Object.fromEntries(told.map(([name, field]) => [name, asText(field)]));
      })
    : [];
}

function asCells({ id = '', to = '', state = '', error = '' }: Row): readonly string[] {
  return [id, to, state, error];
}

function leaveRest({ isRunning }: Door, terminal: Terminal): void {
  if (!isRunning) terminal.out('No host runs; rules that wait for this go on when one does: npx ringbook start');
}
