/** A wire between a host and its database, which a test may cut. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Proxy {
  readonly port: number;
  /** The address of the database, by way of this wire. */
  urlOf(url: string): string;
  /** Cuts every connection, and takes no new one, until `mend`. */
  cut(): void;
  mend(): void;
  /** What the database answers comes so much later, from now on. */
  slow(ms: number): void;
  /** The next thing that the database answers does not arrive: its connection is cut instead. */
  swallowNext(): void;
  close(): Promise<void>;
}

/** `target` says to which port each new connection leads. */
export async function startProxy(target: number | (() => number)): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let slowMs = 0;
  let swallows = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(typeof target === 'number' ? target : target(), '127.0.0.1');
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    near.pipe(far);
    far.on('data', (bytes) => {
      if (!swallows) return void (slowMs > 0 ? setTimeout(() => near.write(bytes), slowMs) : near.write(bytes));
      swallows = false;
      end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = typeof address === 'object' && address ? address.port : 0;
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: own,
    urlOf: (url) => url.replace(/:\d+\//, `:${own}/`),
    cut: () => {
      isCut = true;
      cutAll();
    },
    mend: () => {
      isCut = false;
    },
    slow: (ms) => {
      slowMs = ms;
    },
    swallowNext: () => {
      swallows = true;
    },
    close: async () => {
      server.close();
      cutAll();
      await once(server, 'close');
    },
  };
}
