/** What Exotel's errors are to be taken for. */
import type { ErrorCase } from '../../../src/testing/provider-subject.ts';
import { refusal } from './wire.ts';

export const errors: readonly ErrorCase[] = [
  of(400, 'final', 'something in it is not valid'),
  of(401, 'final', 'the API key and the API token do not belong together'),
  of(402, 'final', 'the balance is used up'),
  of(403, 'final', 'may not reach that country'),
  of(404, 'final', 'no such account in this region'),
  of(409, 'final', 'not possible at the moment'),
  of(429, 'retry', 'too many requests at once'),
  of(503, 'retry', 'Exotel cannot take it at the moment'),
  { code: '34010', answer: refusal(400, 'In their words', 34010), expected: 'final', meaning: 'In their words' },
  { code: '500', answer: refusal(500, 'In their words'), expected: 'unknown' },
  { code: '502', answer: refusal(502, 'In their words'), expected: 'unknown' },
  { code: '504', answer: refusal(504, 'In their words'), expected: 'unknown' },
  { code: '200', answer: { ...refusal(400, 'In their words'), status: 200 }, expected: 'unknown' },
];

function of(status: number, expected: ErrorCase['expected'], meaning: string): ErrorCase {
  return { code: String(status), answer: refusal(status, 'In their words'), expected, meaning };
}
