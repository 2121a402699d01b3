/** A provider that takes every message as Twilio does, at once or after a while, and says when. */
import { createServer, type ServerResponse } from 'node:http';
import { answer } from '../child.ts';

interface Asked {
  /** Begins to count anew; an answer takes so long from now on. */
  readonly delayMs?: number;
  /** Resolves when so many messages are there, or none has come for a while. */
  readonly expected?: number;
}

/** Nothing that is measured rests for as long; whatever has not come by then was lost. */
const PATIENCE_MS = 20_000;

let delayMs = 0;
let latencies: number[] = [];
let lastAtUs = 0;

const server = createServer((request, response) => {
  // Asked what became of a message, it has none: whoever asks is to find out by itself.
  if (request.method !== 'POST') {
    respondWith(response, 200, { messages: [], next_page_uri: null });
    return;
  }
  let form = '';
  request
    .setEncoding('utf8')
    .on('data', (chunk: string) => (form += chunk))
    .on('end', () => {
      lastAtUs = Number(process.hrtime.bigint() / 1_000n);
      const sentAtNs = /Body=Incident(?:\+|%20)topic-1%3A(?:\+|%20)(\d+)/.exec(form)?.[1] ?? '0';
      latencies.push(lastAtUs - Number(BigInt(sentAtNs) / 1_000n));
      if (delayMs === 0) respond(response, latencies.length);
      else setTimeout(respond, delayMs, response, latencies.length);
    });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  answer(`http://127.0.0.1:${port}`, respondTo, () => void server.close());
});

async function respondTo({ delayMs: delay, expected }: Asked): Promise<object> {
  if (expected === undefined) {
    delayMs = delay ?? 0;
    latencies = [];
    return {};
  }
  let seen = -1;
  for (let waitedMs = 0; latencies.length < expected && waitedMs < PATIENCE_MS; waitedMs += 10) {
    if (latencies.length > seen) waitedMs = 0;
    seen = latencies.length;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { accepted: latencies.length, lastAtUs, latenciesUs: latencies };
}

/** The fields of Twilio's answer that matter, and about its size. */
function respond(response: ServerResponse, number: number): void {
  const sid = `SM${number.toString(16).padStart(32, '0')}`;
  respondWith(response, 201, {
    sid,
    account_sid: `AC${'0'.repeat(32)}`,
    status: 'queued',
    direction: 'outbound-api',
    num_segments: '3',
    date_created: 'Sat, 21 Nov 2026 08:30:00 +0000',
    error_code: null,
    error_message: null,
    uri: `/2010-04-01/Accounts/AC${'0'.repeat(32)}/Messages/${sid}.json`,
  });
}

function respondWith(response: ServerResponse, status: number, answered: object): void {
  const body = JSON.stringify(answered);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}
