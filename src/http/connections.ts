import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Knows which connections of a server wait for nothing, so that close() need not wait for them. Node's own
 * closeIdleConnections() takes a connection that has sent nothing yet (a browser opens such ahead) for a busy one.
 */
export function trackConnections(server: Server): { endIdle(): void } {
  const open = new Set<Socket>();
  const busy = new Map<Socket, number>();
  let ending = false;
  server.on('connection', (socket: Socket) => {
    if (ending) socket.destroy();
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.on('request', ({ socket }, response: ServerResponse) => {
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (busy.get(socket) ?? 1) - 1;
      if (left > 0) busy.set(socket, left);
      else busy.delete(socket);
      if (ending && left <= 0) socket.destroySoon();
    });
  });
  return {
    endIdle() {
      ending = true;
      for (const socket of open) if (!busy.has(socket)) socket.destroy();
    },
  };
}
