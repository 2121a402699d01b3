/** The bare HTTP server of the house: JSON in, 202 out, nothing kept. */
import { json } from '../../src/http/http.ts';
import { listen } from '../../src/http/server.ts';
import { answer } from '../child.ts';

const server = await listen({
  host: '127.0.0.1',
  port: 0,
  routes: [
    {
      method: 'POST',
      path: '/events',
      handle: async ({ body }) => {
        const { id, source, type } = JSON.parse(body.toString());
        return json(202, { id, source, type, event: 1, runs: [], duplicate: false });
      },
    },
  ],
});
answer(
  server.url,
  () => ({}),
  () => server.close(),
);
