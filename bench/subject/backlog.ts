/** Writes a journal with runs that are pending: `node backlog.ts <project> <journal> <runs>`. */
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import { realClock } from '../../src/time/real.ts';
import { answer } from '../child.ts';
import { newEvents } from '../rules.ts';

const [folder = '', path = '', runs = '0'] = process.argv.slice(2);
/** Events that share a commit. */
const BATCH = 1_000;

const { plan } = loadProject(folder, newRegistry(builtIn));
const [rule] = plan.rules;
const journal = openSqliteJournal({ path, clock: realClock });
await journal.keepPlan(plan);
const events = newEvents(process.pid);
for (let added = 0; added < Number(runs); added += BATCH) {
  await Promise.all(
    Array.from({ length: BATCH }, () => {
      const { specversion: _, ...event } = JSON.parse(events('one'));
      return journal.appendEvent(event, [{ rule: rule?.name ?? '', planHash: plan.hash }]);
    }),
  );
}
answer(
  'filled',
  () => ({}),
  () => journal.close(),
);
