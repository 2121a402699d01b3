import { error, ProblemsFound } from '../problem/problem.ts';
import { asObject, asText, type JsonObject } from '../schema/schema.ts';
import { type Option, WrongUsage } from './command.ts';

/** A host on this machine answers in milliseconds, and what it asks of a provider is cut after 30 seconds. */
const TIMEOUT_MS = 60_000;

/** `--url`, which every command has that speaks to a host. */
export const URL_OPTION: Option = {
  value: 'URL',
  about: 'the host (default: the one that writes the journal; without one, the command does it itself)',
};

/** The options of a command that asks something of a host, running or not. */
export const HOST_OPTIONS = ['url', 'journal', 'project'] as const;

/** Where a host is asked, and what to say where nobody answers. */
export interface Door {
  readonly url: string;
  readonly help: string;
  /** Whether a host runs there that also does what follows; without one it is left to the next start. */
  readonly isRunning: boolean;
}

/** What a host answered, read as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Posts to a host. Throws `WrongUsage` for an address that is none, `ProblemsFound` where no host answers. */
export async function post(
  door: Pick<Door, 'url' | 'help'>,
  path: string,
  {
    headers = {},
    body,
    timeoutMs = TIMEOUT_MS,
  }: { headers?: Record<string, string>; body?: string; timeoutMs?: number } = {},
): Promise<Answer> {
  return exchange(door, async (origin) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(new URL(path, origin), {
      method: 'POST',
      headers,
      ...(body !== undefined && { body }),
      signal,
    });
    return { status: response.status, body: await response.json() };
  });
}

/** Posts to a door that answers with lines of JSON as it goes on; `line` is called with each but the last, which is returned. */
export async function postForLines(door: Door, path: string, line: (value: unknown) => void): Promise<Answer> {
  return exchange(door, async (origin) => {
    const response = await fetch(new URL(path, origin), { method: 'POST' });
    let last: unknown;
    let rest = '';
    for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) {
        if (last !== undefined) line(last);
        last = JSON.parse(text);
      }
    }
    if (rest !== '' || last === undefined) throw new SyntaxError('the last line is not whole');
    return { status: response.status, body: last };
  });
}

/** What a host answered that did as it was asked. Throws `ProblemsFound`, with the host's own words, where it did not. */
export function expectFine({ status, body }: Answer, { url }: Pick<Door, 'url'>): JsonObject {
  const answer = asObject(body);
  if (status === 200 && answer) return answer;
  const reason = asText(answer?.['error']);
  const isRefusal = status === 409 && reason !== undefined;
  throw new ProblemsFound([
    isRefusal
      ? error('RB0705', reason)
      : error('RB0704', `the host at ${url} answers ${status}: ${reason ?? 'no reason'}`),
  ]);
}

async function exchange<Result>(
  { url, help }: Pick<Door, 'url' | 'help'>,
  talk: (origin: string) => Promise<Result>,
): Promise<Result> {
  const origin = URL.parse(url)?.origin;
  if (origin === undefined || !/^https?:/.test(origin))
    throw new WrongUsage(`--url takes an address such as http://127.0.0.1:8642, and not "${url}"`);
  try {
    return await talk(origin);
  } catch (failure) {
    throw new ProblemsFound([error('RB0704', `the host at ${origin} ${whyNot(failure)}`, undefined, help)]);
  }
}

function whyNot(failure: unknown): string {
  if (failure instanceof SyntaxError) return 'answers with something that no Ringbook host says';
  return failure instanceof Error && failure.name === 'TimeoutError' ? 'does not answer' : 'is not there';
}
