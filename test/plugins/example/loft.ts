import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { asObject, asText, type EventSource, type Json, type SourceWire } from 'ringbook/plugin';

/** Longest line, in UTF-16 units: a CloudEvent is rarely a hundredth of it. */
const LONGEST_LINE = 1_000_000;

/**
 * Takes events from a socket of this machine: a CloudEvent in JSON on each line. Each is answered with a line of its own:
 * `taken <event>`, `known <event>`, `refused <why>`, or `again`, after which the same event should be brought once more.
 */
export const watchLoft: EventSource = async ({ settings }, wire) => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // A sender that goes away is no matter of ours.
    socket.on('error', () => undefined).on('close', () => void sockets.delete(socket));
    void serve(socket, wire).catch(() => socket.destroy());
  });
  server.listen(asText(settings['socket']));
  await once(server, 'listening');
  wire.log('the loft is open');
  if (!wire.signal.aborted) await once(wire.signal, 'abort');
  server.close();
  for (const socket of sockets) socket.end();
  await once(server, 'close');
};

async function serve(socket: Socket, wire: SourceWire): Promise<void> {
  for await (const line of createInterface({ input: socket })) {
    if (line.length > LONGEST_LINE) throw new Error('a line is too long');
    if (line.trim() !== '') socket.write(`${await answerTo(line, wire)}\n`);
  }
}

async function answerTo(line: string, { accept }: SourceWire): Promise<string> {
  const event = eventIn(line);
  if (!event) return 'refused this is not a JSON object';
  try {
    const verdict = await accept(event);
    if (verdict.kind === 'refused') return `refused ${verdict.problems.map(({ message }) => message).join('; ')}`;
    return `${verdict.duplicate ? 'known' : 'taken'} ${verdict.eventId}`;
  } catch {
    return 'again';
  }
}

function eventIn(line: string): ReturnType<typeof asObject> {
  try {
    const value: Json = JSON.parse(line);
    return asObject(value);
  } catch {
    return undefined;
  }
}
