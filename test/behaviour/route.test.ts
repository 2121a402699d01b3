import { afterEach, expect, test } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import { eventOf, follow, launchProject } from './network.ts';

let launched: Launched | undefined;
afterEach(() => launched?.stop());

const ROUTE = `class: Route
routes:
  - { to: '+34', via: closed }
  - { via: twilio_resource }
  - { via: shown }
`;

test('a text goes through the resource that its number leads to, and on to the next where that refuses', async () => {
  launched = await launchProject({
    'resources/on-call.yml': ROUTE,
    // It may reach no number of Spain.
    'resources/closed.yml': 'class: DebugConfig\nallowedCountries: [PT]\n',
    'resources/shown.yml': 'class: DebugConfig\n',
    'rulebooks/new-user.yml':
      "on: new-user\ndo:\n  - sent = sms_send: { resource: on-call, to: '${phone}', body: hello }\n",
  });
  const phone = '+34666555777';
  const { runs } = await follow(launched, eventOf('new-user', { username: 'ana', realname: 'Ana', phone }));
  const [message] = runs[0]?.messages ?? [];
  expect(message).toMatchObject({ state: 'delivered', resource: 'on-call', via: 'twilio_resource', to: phone });
  expect(message?.lastAttempt?.way?.from).toMatch(/^\+/);
  expect(launched.sandbox?.phones.entries().map(({ to }) => to)).toEqual([phone]);

  launched.sandbox?.faults.add({ number: '+34666555778', fault: { kind: 'refused', errorCode: 21614 } });
  const other = { username: 'eva', realname: 'Eva', phone: '+34666555778' };
  const again = await follow(launched, eventOf('new-user', other));
  expect(again.runs[0]?.messages[0]).toMatchObject({ state: 'debug', via: 'shown', passed: ['twilio_resource'] });
});
