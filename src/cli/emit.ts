import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { error, ProblemsFound, reasonOf } from '../problem/problem.ts';
import { readSettings } from '../project.ts';
import { asObject, asText, inWords } from '../schema/schema.ts';
import { type Command, type Options, PROJECT, type Terminal, textOf, WrongUsage } from './command.ts';
import { type Answer, post } from './host-client.ts';

/** A host on this machine answers in milliseconds; this is for one that hangs. */
const TIMEOUT_MS = 10_000;

export const emit: Command = {
  usage: 'emit <type> [--data JSON|@FILE|-] [--id ID] [--source SOURCE] [--subject SUBJECT] [--url URL]',
  about: 'Sends one event, as a CloudEvent, to a host that listens.',
  words: 1,
  options: {
    data: { value: 'JSON', about: "the event's data; @FILE reads a file, - standard input (default: {})" },
    id: { value: 'ID', about: 'the same source and id again are the same event (default: a new one)' },
    source: { value: 'SOURCE', about: 'who says so (default: ringbook-emit)' },
    subject: { value: 'SUBJECT', about: 'whom or what it is about' },
    url: { value: 'URL', about: 'the host (default: http://127.0.0.1 with the port of ringbook.yml)' },
    project: PROJECT,
  },
  examples: [
    [
      `npx ringbook emit new-user --data '{"username":"ana","realname":"Ana","phone":"+34777666555"}'`,
      'a new user: a call and a text message',
    ],
    [
      'cat incident.json | npx ringbook emit topic.create --data - --id incident-42',
      'data from a pipe, with an id of your own',
    ],
  ],
  run: async ([type], options, terminal) => {
    if (type === undefined) throw new WrongUsage('it needs the type of the event, as in: emit new-user');
    const data = parseData(await readData(textOf(options, 'data') ?? '{}', terminal));
    const url = textOf(options, 'url') ?? hostOf(options, terminal);
    const event = {
      specversion: '1.0',
      type,
      source: textOf(options, 'source') ?? 'ringbook-emit',
      id: textOf(options, 'id') ?? randomUUID(),
      ...(textOf(options, 'subject') !== undefined && { subject: textOf(options, 'subject') }),
      datacontenttype: 'application/json',
      data,
    };
    const answer = await post({ url, help: 'start one with: npx ringbook start' }, '/events', {
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify(event),
      timeoutMs: TIMEOUT_MS,
    });
    return report(answer, terminal);
  },
};

async function readData(given: string, terminal: Terminal): Promise<string> {
  if (given === '-') return terminal.read();
  if (!given.startsWith('@')) return given;
  const file = resolve(terminal.folder, given.slice(1));
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new ProblemsFound([error('RB0001', `${given.slice(1)} cannot be read`)]);
  }
}

function parseData(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (failure) {
    const help = 'in a shell, put the JSON in single quotes: --data \'{"username":"ana"}\'';
    throw new ProblemsFound([error('RB0005', `--data is not valid JSON: ${reasonOf(failure)}`, undefined, help)]);
  }
}

function hostOf(options: Options, terminal: Terminal): string {
  const { port } = readSettings(resolve(terminal.folder, textOf(options, 'project') ?? '.'));
  return `http://127.0.0.1:${port}`;
}

/** The host's answer, in words. */
function report({ status, body }: Answer, terminal: Terminal): number {
  const { id, event, runs, duplicate, problems, error: reason } = asObject(body) ?? {};
  if (status === 202) {
    const count = Array.isArray(runs) ? runs.length : 0;
    const fired = count === 1 ? '1 rule fires' : `${count} rules fire`;
    const number = inWords(event ?? null);
    const fate = duplicate
      ? `known already as event ${number}: nothing is done twice`
      : `accepted as event ${number}: ${fired}`;
    terminal.out(`${fate} (id ${inWords(id ?? null)})`);
    terminal.out('See what became of it: npx ringbook messages');
    return 0;
  }
  const told = Array.isArray(problems) ? problems.map((problem: unknown) => asObject(problem) ?? {}) : [];
  for (const { code, message, help } of told) {
    terminal.err(
      `error ${asText(code) ?? ''}  ${asText(message) ?? ''}${help === undefined ? '' : `\n  help: ${inWords(help)}`}`,
    );
  }
  if (told.length === 0) terminal.err(`the host answered ${status}: ${asText(reason) ?? 'without a reason'}`);
  return 1;
}
