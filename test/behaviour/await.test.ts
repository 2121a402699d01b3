import { afterEach, expect, test } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import { eventOf, launchProject, settledStory } from './network.ts';

let launched: Launched;
afterEach(() => launched.stop());

const RULEBOOK = `
on: new-user
do:
  - call = twilio_call:
      twilio_resource: twilio_resource
      default_number: '1'
      template: new-user.xml
      await: finished
      correspondance: { name: \${realname}, username: \${username} }
  - if: call.state == 'completed'
    then: [{ log: "the call was \${call.state}" }]
    else: [{ fail: "the call was \${call.state}" }]
`;

test('a rule can wait for the end of its call, and go on by what became of it', async () => {
  launched = await launchProject({ 'rulebooks/new-user.yml': RULEBOOK });
  const lines: string[] = [];
  launched.host.bus.on('log', (line) => lines.push(line));
  const acceptance = await launched.host.accept(
    eventOf('new-user', { username: 'ana', realname: 'Ana', phone: '+34611222333' }),
  );
  if (acceptance.kind !== 'accepted') throw new Error('the event is in order');
  const { runs } = await settledStory(launched, acceptance.appended.eventId);
  expect(runs[0]?.state).toBe('done');
  expect(lines).toEqual([expect.stringContaining('the call was completed')]);
  // The run was taken up again, and the phone did not ring again.
  expect(runs[0]?.messages).toHaveLength(1);
  expect(launched.sandbox?.phones.entries()).toHaveLength(1);
});
