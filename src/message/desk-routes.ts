import { guarded, type HttpRequest, json, type Route } from '../http/http.ts';
import type { Desk, Done } from './desk.ts';
import { type Message, maskNumber } from './message.ts';

/** What an operator asks of a running host. They change things, so no page of another site may ask for them. */
export function deskRoutes(desk: Desk, signal: AbortSignal): readonly Route[] {
  return [
    door('resend', (id) => desk.resend(id, signal)),
    door('cancel', (id) => desk.cancel(id)),
    door('resolve', (id, { query }) => {
      const fate = query.get('fate');
      return fate === 'sent' || fate === 'not-sent' ? desk.resolve(id, fate) : undefined;
    }),
    {
      method: 'POST',
      path: '/messages/send',
      handle: guarded(async () => json(200, { messages: (await desk.send(signal)).map(shown) })),
    },
    {
      method: 'POST',
      path: '/messages/check',
      handle: guarded(() => ({
        status: 200,
        headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
        body: checking(desk, signal),
      })),
    },
  ];
}

function door(verb: string, act: (id: string, request: HttpRequest) => Promise<Done> | undefined): Route {
  return {
    method: 'POST',
    path: `/messages/:id/${verb}`,
    handle: guarded(async (request) => {
      const done = await act(request.params['id'] ?? '', request);
      if (!done) return json(400, { error: 'the fate is "sent" or "not-sent"' });
      return 'refused' in done ? json(409, { error: done.refused }) : json(200, { message: shown(done.message) });
    }),
  };
}

/** A line of JSON for each batch that was asked about, and a last one with what came of all. */
async function* checking(desk: Desk, signal: AbortSignal): AsyncGenerator<string, void> {
  const steps = desk.check(signal);
  for (;;) {
    const step = await steps.next();
    if (!step.done) yield lineOf({ asked: step.value });
    else {
      const { moved, unmoved, failed } = step.value;
      return yield lineOf({ moved: moved.map(shown), unmoved, failed });
    }
  }
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function shown({ id, to, state, error, resendOf }: Message): Record<string, string> {
  return {
    id,
    to: maskNumber(to),
    state,
    ...(error !== undefined && { error }),
    ...(resendOf !== undefined && { resendOf }),
  };
}
