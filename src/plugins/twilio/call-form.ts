import { create } from 'xmlbuilder2';
import type { Content, Line } from '../../message/message.ts';
import { LONGEST_TWIML } from './call-options.ts';
import { isApplication } from './flow.ts';

/** What the create of a call says beside its numbers and callbacks: where its words come from, and how it is held. */
export function callForm(
  from: string,
  content: Exclude<Content, { kind: 'text' }>,
  callbackUrl: string | undefined,
): CallForm {
  const { ringSeconds, limitSeconds, record } = content.line ?? {};
  return {
    ...scriptOf(from, content, callbackUrl),
    ...(ringSeconds !== undefined && { timeout: ringSeconds }),
    ...(limitSeconds !== undefined && { timeLimit: limitSeconds }),
    // Of two numbers that are connected, only what they say to each other is recorded.
    ...(record === true && content.kind !== 'connect' && { record }),
  };
}

interface CallForm {
  readonly twiml?: string;
  readonly url?: string;
  readonly applicationSid?: string;
  readonly timeout?: number;
  readonly timeLimit?: number;
  readonly record?: boolean;
}

function scriptOf(
  from: string,
  content: Exclude<Content, { kind: 'text' }>,
  callbackUrl: string | undefined,
): CallForm {
  switch (content.kind) {
    case 'script':
      return content.script.length > LONGEST_TWIML && callbackUrl
        ? { url: `${callbackUrl}/script` }
        : { twiml: content.script };
    case 'script-url':
      return { url: content.url };
    case 'connect':
      return { twiml: dial(from, content.second, content.line) };
    case 'flow':
      return isApplication(content.flow) ? { applicationSid: content.flow } : { url: content.flow };
  }
}

/** Puts whoever answers through to a second number. */
function dial(callerId: string, second: string, { ringSeconds, record }: Line = {}): string {
  const attributes = {
    callerId,
    ...(ringSeconds !== undefined && { timeout: String(ringSeconds) }),
    ...(record === true && { record: 'record-from-answer' }),
  };
  return create({ version: '1.0', encoding: 'UTF-8' })
    .ele('Response')
    .ele('Dial', attributes)
    .ele('Number')
    .txt(second)
    .end();
}
