import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Rules of one rulebook; issue 3 counts so. */
export const RULES_A_FILE = 5;
/** Event types of a generated project. */
const EVENT_TYPES = 20;

/** Writes a project with this many rulebooks, each of five rules that differ, all in order. */
export function writeProject(folder: string, rulebooks: number): void {
  for (const name of ['rulebooks', 'resources/templates', 'schemas/event']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  writeFileSync(join(folder, 'resources/desk.yml'), RESOURCE);
  writeFileSync(join(folder, 'resources/templates/incident.xml'), TEMPLATE);
  for (let type = 0; type < EVENT_TYPES; type++) {
    writeFileSync(join(folder, `schemas/event/topic.${type}.json`), JSON.stringify(SCHEMA, undefined, 2));
  }
  for (let file = 0; file < rulebooks; file++) {
    writeFileSync(join(folder, 'rulebooks', `team-${file}.yml`), rulebookOf(file));
  }
}

/** Writes as many workflows of GitHub Actions, each about as long as one of the rulebooks: what actionlint reads. */
export function writeWorkflows(folder: string, workflows: number): void {
  const path = join(folder, '.github/workflows');
  mkdirSync(path, { recursive: true });
  for (let file = 0; file < workflows; file++) writeFileSync(join(path, `team-${file}.yml`), workflowOf(file));
}

const RESOURCE = `class: TwilioConfig
userSid: \${env.TWILIO_ACCOUNT_SID}
authToken: \${env.TWILIO_AUTH_TOKEN}
twilioNumber: '+34666555777'
destinationNumber: '+34777666555'
template: incident.xml
`;

const TEMPLATE = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Say voice="alice">Incident {{name}}, number {{mid}}.</Say></Response>
`;

const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['title', 'topic_mid', 'category', 'priority', 'phone'],
  properties: {
    title: { type: 'string', minLength: 1, maxLength: 100 },
    topic_mid: { type: 'string', minLength: 1, maxLength: 20, pattern: '^[a-z]+-[0-9]{1,8}$' },
    category: { enum: ['Incident', 'Change', 'Request'], type: 'string' },
    priority: { type: 'integer', minimum: 1, maximum: 1_000_000 },
    phone: { type: 'string', format: 'e164' },
  },
};

function rulebookOf(file: number): string {
  const rules = Array.from({ length: RULES_A_FILE }, (_, rule) => {
    const number = file * RULES_A_FILE + rule;
    return `  - name: call the engineer of team ${file}, step ${rule}
    on: topic.${number % EVENT_TYPES}
    when: category == 'Incident' && priority < ${number + 2}
    do:
      - call = twilio_call [ring once]:
          twilio_resource: desk
          default_number: '1'
          correspondance:
            name: \${title}
            mid: \${topic_mid}
      - sms_send: { resource: desk, to: '\${phone}', body: 'Team ${file}: \${title} is \${call.status}' }
`;
  });
  return `name: team ${file}\nvars: { desk: '+34666555777' }\nrules:\n${rules.join('')}`;
}

function workflowOf(file: number): string {
  const jobs = Array.from(
    { length: RULES_A_FILE },
    (_, job) => `  call-${job}:
    runs-on: ubuntu-latest
    if: github.event.issue.number < ${file * RULES_A_FILE + job + 2} && github.actor != 'root'
    steps:
      - uses: actions/checkout@v4
        with:
          ref: \${{ github.ref }}
          fetch-depth: 1
      - name: Tell team ${file} what to do next
        run: echo "Team ${file} works on \${{ github.sha }} of \${{ github.repository }}"
        working-directory: team-${file}
`,
  );
  return `name: team ${file}\non: { issues: { types: [opened] } }\njobs:\n${jobs.join('')}`;
}
