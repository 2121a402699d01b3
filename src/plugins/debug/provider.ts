import { type Candidate, type Draft, maskNumber, type Provider } from '../../message/message.ts';
import type { MakeProvider } from '../../plugin/plugin.ts';
import type { JsonObject } from '../../schema/schema.ts';

/** Shows messages and calls where messages are shown, and in the result of their op; never sends. */
export const makeDebugProvider: MakeProvider = () => pretend(shown);

/** Writes messages and calls to the log; never sends. */
export const makeLogProvider: MakeProvider = (_, { log }) =>
  pretend((draft) => {
    log(lineOf(draft));
    return {};
  });

/** Takes messages and calls, and drops them. */
export const makeNullProvider: MakeProvider = () => pretend(() => ({}));

/** A provider that sends nothing. An attempt that was cut off is as good as one that was not: nobody was reached either way. */
function pretend(take: (draft: Draft) => JsonObject): Provider {
  return {
    scriptType: 'text/plain; charset=utf-8',
    readCallback: () => ({ refused: 'nothing was sent that could be reported' }),
    isGenuine: () => false,
    send: async ({ attempt, draft, signal }) =>
      signal.aborted
        ? { kind: 'rejected', reason: 'it was called off before it was sent', retry: { unreached: true } }
        : { kind: 'accepted', ...taken(attempt.id, take(draft)) },
    look: async ({ attempt }) => ({ kind: 'found', candidate: taken(attempt.id, {}) }),
  };
}

function taken(attemptId: string, answer: JsonObject): Candidate {
  const providerId = `debug-${attemptId}`;
  return { providerId, state: 'debug', answer: { sid: providerId, status: 'debug', ...answer } };
}

function shown({ channel, to, from, content }: Draft): JsonObject {
  return { channel, to, ...(from !== '' && { from }), ...said(content) };
}

function lineOf({ channel, to, content }: Draft): string {
  const what = channel === 'sms' ? 'message' : 'call';
  // In quotes it stays one line, whatever its words hold.
  const words = JSON.stringify(Object.values(said(content))[0]).replaceAll(/\+?\d{7,}/g, maskNumber);
  return `${what} to ${maskNumber(to)}, not sent: ${words}`;
}

/** What is said, or what a call leads to, under the name of its kind. */
function said(content: Draft['content']): Readonly<Record<string, string>> {
  switch (content.kind) {
    case 'text':
      return { body: content.text };
    case 'script':
      return { script: content.script };
    case 'script-url':
      return { url: content.url };
    case 'connect':
      return { second: content.second };
    case 'flow':
      return { flow: content.flow };
  }
}
