/** How the peers take events: node:http, JSON, 202 once the event is where it is safe. */
import { createServer } from 'node:http';
import { answer } from '../child.ts';

/** Starts a server that hands every event to `take`, and tells the benchmark where it is. */
export function listenForEvents(take, close) {
  const server = createServer((request, response) => {
    const chunks = [];
    request
      .on('data', (chunk) => chunks.push(chunk))
      .on('end', () => {
        take(JSON.parse(Buffer.concat(chunks).toString())).then(
          () => respond(response, 202),
          (error) => respond(response, 503, error.message),
        );
      });
  });
  server.listen(0, '127.0.0.1', () => {
    answer(
      `http://127.0.0.1:${server.address().port}`,
      () => ({}),
      () => close?.(),
    );
  });
}

function respond(response, status, error) {
  const body = JSON.stringify({ error });
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}
