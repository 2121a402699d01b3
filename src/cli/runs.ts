import { type Command, JOURNAL, PROJECT } from './command.ts';
import { HOST_OPTIONS, URL_OPTION } from './host-client.ts';
import { limitOption } from './messages-filter.ts';
import { listRuns } from './runs-list.ts';
import { showRun } from './runs-show.ts';
import { runVerb, type Verb } from './verbs.ts';

const A_RUN = 'the id of a run';

const VERBS: Readonly<Record<string, Verb>> = {
  list: {
    options: ['state', 'limit', 'json', 'journal', 'project'],
    run: (_, options, terminal) => listRuns(options, terminal),
  },
  show: { needs: A_RUN, options: ['json', 'journal', 'project'], run: showRun },
  resume: {
    needs: A_RUN,
    options: HOST_OPTIONS,
    run: async (id, options, terminal) => (await import('./runs-resume.ts')).resumeRun(id, options, terminal),
  },
};

export const runs: Command = {
  usage: 'runs [list | show <id> | resume <id>]',
  about: [
    'Lists the runs of rules, newest first, and takes up again those that failed.',
    '',
    '  list    runs, and how each ended; what is said when nothing else is',
    '  show    one of them: its event, its steps, its messages, and what went wrong',
    '  resume  lets one that failed or is dead go on after its last step that was done',
  ].join('\n'),
  words: 2,
  options: {
    state: { value: 'STATES', about: 'list: only these states, of pending, done, failed, dead' },
    limit: limitOption,
    json: { about: "list, show: as JSON; show: with the event's data" },
    url: URL_OPTION,
    journal: JOURNAL,
    project: PROJECT,
  },
  examples: [
    ['npx ringbook runs', 'which rules fired, and how each fared'],
    ['npx ringbook runs list --state failed,dead', 'all that a person has to see to'],
    ['npx ringbook runs show 1.0', 'why did it fail?'],
    ['npx ringbook runs resume 1.0', 'what was in its way is gone: go on'],
  ],
  run: runVerb('runs', VERBS),
};
