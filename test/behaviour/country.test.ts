import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventOf, follow, launchProject, repository } from './network.ts';

test('a number of a country that is not allowed is not reached, and the reason is kept', async () => {
  const resource = await readFile(join(repository, 'resources/twilio_resource.yml'), 'utf8');
  const launched = await launchProject({ 'resources/twilio_resource.yml': `${resource}allowedCountries: [ES]\n` });
  try {
    const { runs } = await follow(
      launched,
      eventOf('new-user', { username: 'zoe', realname: 'Zoé', phone: '+33612345678' }),
    );
    expect(runs[0]?.messages.map(({ channel, state }) => `${channel} ${state}`)).toEqual([
      'call completed',
      'sms rejected',
    ]);
    expect(runs[0]?.error).toMatch(
      /\+33•••678 was rejected: \+33•••678 is a number of FR, and only ES may be reached$/,
    );
    expect(launched.sandbox?.phones.entries()).toHaveLength(1);
  } finally {
    await launched.stop();
  }
});
