/** Pigeon as far as sending and asking go. */
import type { ErrorCase, Held, WireAnswer, WireRequest, WireSubject } from 'ringbook/testing';

export const wire: WireSubject = {
  readSend: ({ method, body }) => (method === 'POST' ? sendIn(body) : undefined),
  accepted: ({ body }) => json(202, { id: idIn(body) }),
  refused: (words) => json(422, { code: 'P99', words }),
  asked: (request, held) => statusOf(request, held),
  providerId: (number) => `pigeon-${number}`,
  ownId: (attemptId) => attemptId,
};

export const errors: readonly ErrorCase[] = [
  { code: 'P1', answer: json(422, { code: 'P1' }), expected: 'final', meaning: 'no such number' },
  { code: 'P2', answer: json(422, { code: 'P2' }), expected: 'retry', meaning: 'all pigeons are out' },
  { code: 'P3', answer: json(422, { code: 'P3' }), expected: 'final', meaning: 'credit' },
];

/** The answer to a request that asks how a message fares. */
export function statusOf({ path }: WireRequest, held: readonly Pick<Held, 'providerId' | 'status'>[]): WireAnswer {
  const id = decodeURIComponent(path.split('/').at(-1) ?? '');
  const one = held.find(({ providerId }) => providerId === id);
  return one ? json(200, { id, status: one.status }) : json(404, { code: 'P4' });
}

export function idIn(body: string): string {
  const { id }: { id?: string } = JSON.parse(body);
  return id ?? '';
}

export function json(status: number, value: object): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

function sendIn(body: string): { readonly to: string; readonly words: string } {
  const { to, text }: { to: string; text: string } = JSON.parse(body);
  return { to, words: text };
}
