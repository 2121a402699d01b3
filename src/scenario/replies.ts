import { type IncomingResponse, type OutgoingRequest, RequestFailed } from '../http/http.ts';
import type { Clock } from '../time/time.ts';
import { comparable } from './outcome.ts';
import type { GivenReply, Item } from './scenario.ts';

/** The web as a scenario has it. */
export interface Web {
  readonly answer: (request: OutgoingRequest) => Promise<IncomingResponse>;
  /** What was asked for, in order. */
  readonly requests: readonly Item[];
}

/** Answers what the scenario gives an answer for, in turn; nobody listens anywhere else. */
export function newWeb(replies: readonly GivenReply[], clock: Clock): Web {
  const requests: Item[] = [];
  const left = new Map(Map.groupBy(replies, ({ method, url }) => `${method} ${new URL(url).href}`));
  return {
    requests,
    async answer(request) {
      const { method, url, body } = request;
      requests.push({ fields: { [method]: url, ...(body && { body: comparable(body) }) } });
      const name = `${method} ${new URL(url).href}`;
      const [reply, ...later] = left.get(name) ?? [];
      if (!reply) throw new RequestFailed('the scenario gives no answer for it', false);
      if (later.length > 0) left.set(name, later);
      if (reply.answer === 'lost') return never(clock, request.signal);
      return reply.answer;
    },
  };
}

/** Longer than any request is waited for. */
const FOR_EVER_MS = 3_600_000;

async function never(clock: Clock, signal: AbortSignal | undefined): Promise<never> {
  await clock.sleep(FOR_EVER_MS, signal);
  throw new RequestFailed('no answer came', true);
}
