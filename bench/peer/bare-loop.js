/** The least that keeps an event: node:sqlite in group commits, a Map, undici: `node bare-loop.js <provider> <file>`. */
import { DatabaseSync } from 'node:sqlite';
import { listenForEvents } from './door.js';
import { newBatches, newTunedSender } from './tuned.js';

const [provider, path] = process.argv.slice(2);
const database = new DatabaseSync(path);
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE event (source TEXT, id TEXT, body TEXT, outcome TEXT, PRIMARY KEY (source, id)) WITHOUT ROWID`);
const add = database.prepare('INSERT INTO event (source, id, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
const end = database.prepare('UPDATE event SET outcome = ? WHERE source = ? AND id = ?');
const write = newBatches((steps) => {
  database.exec('BEGIN');
  for (const step of steps) step();
  database.exec('COMMIT');
});
const send = newTunedSender(provider);

listenForEvents(
  async (event) => {
    await write(() => add.run(event.source, event.id, JSON.stringify(event)));
    void send(event)
      .then((id) => write(() => end.run(id ?? '', event.source, event.id)))
      .catch((error) => console.error(error.message));
  },
  () => database.close(),
);
