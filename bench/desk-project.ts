import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES, rulesOf } from './rules.ts';

/** Writes a project whose rules send a text each, through the provider at `baseUrl`. */
export function writeDeskProject(folder: string, baseUrl: string): void {
  for (const name of ['rulebooks', 'resources/templates', 'schemas/event']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  writeFileSync(join(folder, 'ringbook.yml'), 'sandbox: false\n');
  writeFileSync(join(folder, 'resources/desk.yml'), resourceAt(baseUrl));
  writeFileSync(join(folder, 'resources/templates/incident.xml'), TEMPLATE);
  writeFileSync(join(folder, 'schemas/event/topic.create.json'), JSON.stringify(SCHEMA));
  writeFileSync(join(folder, 'rulebooks/desk.yml'), rulebook());
}

/** What the resource of the project takes from the environment. */
export const CREDENTIALS = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'a token of the benchmark' };

function resourceAt(baseUrl: string): string {
  return `class: TwilioConfig
userSid: \${env.TWILIO_ACCOUNT_SID}
authToken: \${env.TWILIO_AUTH_TOKEN}
baseUrl: '${baseUrl}'
twilioNumber: '+12025550100'
destinationNumber: '+12025550101'
template: incident.xml
`;
}

const TEMPLATE = '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Say>Incident.</Say></Response>\n';

const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['title', 'topic_mid', 'category', 'priority', 'phone'],
  properties: {
    title: { type: 'string', maxLength: 300 },
    topic_mid: { type: 'string', maxLength: 20 },
    category: { type: 'string' },
    priority: { type: 'integer', minimum: 1 },
    phone: { type: 'string', format: 'e164' },
  },
};

function rulebook(): string {
  const rules = rulesOf('values', RULES).map(
    ({ name, type, category, below }) => `  - name: ${name}
    on: ${type}
    when: category == '${category}' && priority < ${below}
    do:
      - sms_send: { resource: desk, to: '\${phone}', body: 'Incident \${topic_mid}: \${title}' }
`,
  );
  return `name: desk\nrules:\n${rules.join('')}`;
}
