import { randomUUID } from 'node:crypto';
import { newHttpClient } from '../http/client.ts';
import { listen } from '../http/server.ts';
import { maskNumber } from '../message/message.ts';
import { startSandbox } from '../sandbox/server.ts';
import { realClock } from '../time/real.ts';
import { type Command, portOf } from './command.ts';
import { asProblem } from './launch.ts';
import { untilAborted } from './until.ts';

/** The port after the host's. */
const DEFAULT_PORT = 8643;

export const sandbox: Command = {
  usage: 'sandbox [--port 8643]',
  about: "Starts the phone network of this machine alone: Twilio's API for any client, and a page with the phones.",
  words: 0,
  options: {
    port: { value: 'PORT', about: `where it listens on 127.0.0.1 (default: ${DEFAULT_PORT}); 0: a free one` },
  },
  examples: [['npx ringbook sandbox', 'then, with the lines it prints: npx ringbook start --no-sandbox']],
  run: async (_, options, terminal) => {
    const http = newHttpClient();
    try {
      const port = portOf(options, 'port') ?? DEFAULT_PORT;
      const network = await startSandbox({
        listen,
        http,
        clock: realClock,
        newId: randomUUID,
        host: '127.0.0.1',
        port,
      });
      terminal.out(`phones    ${network.url}/`);
      terminal.out('\nFor a host, or any Twilio client, on this machine:');
      for (const [name, value] of Object.entries(network.environment)) terminal.out(`export ${name}=${value}`);
      terminal.out('\nCtrl-C stops.\n');
      network.phones.subscribe(({ kind, to, state, words }) => {
        terminal.out(`${kind} to ${maskNumber(to)}: ${state}${words === '' ? '' : ` "${words}"`}`);
      });
      await untilAborted(terminal.signal);
      await network.close();
      terminal.out('\nstopped');
      return 0;
    } catch (failure) {
      throw asProblem(failure);
    } finally {
      await http.close();
    }
  },
};
