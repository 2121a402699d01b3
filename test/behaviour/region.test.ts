import { afterEach, expect, test } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import { eventOf, follow, launchProject } from './network.ts';

let launched: Launched | undefined;
afterEach(() => launched?.stop());

async function send(setting: string, phone: string) {
  launched = await launchProject({
    'ringbook.yml': `${setting}\n`,
    'schemas/event/hello.json': JSON.stringify({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: ['phone'],
      properties: { phone: { type: 'string', maxLength: 30 } },
    }),
    'rulebooks/hello.yml': `on: hello
do:
  - sms_send: { resource: twilio_resource, to: '\${phone}', body: Hello }
  - sms_send: { resource: twilio_resource, to: '${setting === '' ? '+12025550123' : '(202) 555-0123'}', body: Hello }
`,
  });
  const { runs } = await follow(launched, eventOf('hello', { phone }));
  return { run: runs[0], numbers: runs[0]?.messages.map(({ to }) => to) };
}

test('numbers as people write them are reached, from a rulebook and from an event, where there is a default region', async () => {
  const { numbers } = await send('default_region: US', '202-555-0177');
  expect(numbers).toEqual(['+12025550177', '+12025550123']);
});

test('numbers of resources may be written so too, in the file and in the environment', async () => {
  launched = await launchProject(
    {
      'ringbook.yml': 'default_region: US\n',
      'resources/twilio_resource.yml': `class: TwilioConfig
userSid: \${env.RINGBOOK_SANDBOX_ACCOUNT_SID}
authToken: \${env.RINGBOOK_SANDBOX_AUTH_TOKEN}
baseUrl: \${env.RINGBOOK_SANDBOX_URL}
twilioNumber: (202) 555-0177
destinationNumber: \${env.DESK}
allowedCountries: [US]
template: incident.xml
`,
      'rulebooks/hello.yml': `on: new-user
do:
  - twilio_call: { twilio_resource: twilio_resource, default_number: '1', template: new-user.xml, correspondance: { name: a, username: b } }
`,
    },
    { DESK: '202.555.0123' },
  );
  const { runs } = await follow(launched, eventOf('new-user', { username: 'a', realname: 'a', phone: '+12025550199' }));
  expect(runs[0]?.messages).toMatchObject([{ to: '+12025550123', from: '+12025550177', state: 'completed' }]);
});

test('a number that is none of the region fails the op, in words that do not repeat it', async () => {
  const { run } = await send('default_region: US', '203555123456');
  expect(run).toMatchObject({ state: 'failed', messages: [] });
  expect(run?.error).toContain('"to"');
  expect(run?.error).not.toContain('203555123456');
});

test('without a default region only E.164 is a number', async () => {
  const { run } = await send('', '202-555-0177');
  expect(run).toMatchObject({ state: 'failed', messages: [] });
});
