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
