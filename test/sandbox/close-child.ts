/** Run by close.test.ts: whatever close() leaves behind keeps this process alive. */
import { randomUUID } from 'node:crypto';
import twilio from 'twilio';
import { newHttpClient } from '../../src/http/client.ts';
import { listen } from '../../src/http/server.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { realClock } from '../../src/time/real.ts';

const http = newHttpClient();
const parts = { listen, http, clock: realClock, newId: randomUUID };
const sandbox = await startSandbox({ ...parts, host: '127.0.0.1', port: 0, paceMs: 60_000 });
const client = twilio(sandbox.accountSid, sandbox.authToken);
client.api.baseUrl = sandbox.url;
await client.messages.create({ to: '+12025550123', from: '+34666555777', body: 'x' });
await client.calls.create({ to: '+12025550123', from: '+34666555777', twiml: '<Response/>' });

/** One whose phones ring by hand, with a question that nobody answers. */
const quick = await startSandbox({ ...parts, host: '127.0.0.1', port: 0, paceMs: 1 });
const quickClient = twilio(quick.accountSid, quick.authToken);
quickClient.api.baseUrl = quick.url;
quick.phones.setHabit('+12025550124', { answers: 'by-hand' });
const asking = '<Response><Gather timeout="600"/></Response>';
await quickClient.calls.create({ to: '+12025550123', from: '+34666555777', twiml: asking });
await quickClient.calls.create({ to: '+12025550124', from: '+34666555777', twiml: asking });
const isGoingOn = () => new Set(quick.phones.entries().map(({ state }) => state));
while (!isGoingOn().has('ringing') || !isGoingOn().has('in-progress')) await new Promise((done) => setTimeout(done, 5));
await quick.close();

const events = await fetch(`${sandbox.url}/events`);
await sandbox.close();
await http.close();
await events.text();
process.stdout.write('closed\n');
