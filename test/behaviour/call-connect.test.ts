import { afterEach, expect, test } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import { eventOf, follow, launchProject } from './network.ts';

let launched: Launched;
afterEach(() => launched.stop());

const RULEBOOK = `
on: new-user
do:
  - call_connect:
      resource: twilio_resource
      first: \${phone}
      second: '+34600000001'
      await: finished
`;

test('two phones of this machine are connected, each seeing the caller id', async () => {
  launched = await launchProject({ 'rulebooks/new-user.yml': RULEBOOK });
  const data = { username: 'ana', realname: 'Ana', phone: '+34611222333' };
  const { runs } = await follow(launched, eventOf('new-user', data));
  expect(runs[0]?.state).toBe('done');
  expect(runs[0]?.messages).toMatchObject([{ channel: 'call', state: 'completed', to: '+34611222333' }]);
  const calls = launched.sandbox?.phones.entries().map(({ to, from }) => ({ to, from }));
  expect(calls).toHaveLength(2);
  expect(calls).toEqual(
    expect.arrayContaining([
      { to: '+34611222333', from: '+34666555777' },
      { to: '+34600000001', from: '+34666555777' },
    ]),
  );
});
