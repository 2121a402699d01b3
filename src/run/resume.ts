import { guarded, json, type Route } from '../http/http.ts';
import type { Journal } from '../journal/journal.ts';

/** `POST /runs/<id>/resume`: a run that failed or is dead goes on after its last recorded step. */
export function resumeRoute(journal: Pick<Journal, 'resumeRun'>, wake: () => void): Route {
  return {
    method: 'POST',
    path: '/runs/:id/resume',
    handle: guarded(async ({ params }) => {
      const id = params['id'] ?? '';
      if (!(await journal.resumeRun(id))) return json(409, { error: `run ${id} has not failed, or is not there` });
      wake();
      return json(200, { run: id, state: 'pending' });
    }),
  };
}
