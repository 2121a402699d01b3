import { afterEach, describe, expect, test } from 'vitest';
import type { Launched } from '../../src/cli/launch.ts';
import { ProblemsFound } from '../../src/problem/problem.ts';
import { eventOf, follow, launchProject, settledStory } from './network.ts';

const FORCED = '+12025550177';
const ANA = '+34666555777';
const DATA = { username: 'ana', realname: 'Ana', phone: ANA };

let launched: Launched | undefined;
afterEach(() => launched?.stop());

async function launchWith(settings: string, rulebook?: string, environment?: Readonly<Record<string, string>>) {
  const files = { 'ringbook.yml': settings, ...(rulebook !== undefined && { 'rulebooks/new-user.yml': rulebook }) };
  launched = await launchProject(files, environment);
  return launched;
}

/** Numbers that something rang or arrived at. */
function reached({ sandbox }: Launched): readonly string[] {
  return [...new Set(sandbox?.phones.entries().map(({ to }) => to))];
}

describe('with `force_recipient`', () => {
  test('every call and text goes to that number, and the one that it is for is kept', async () => {
    const host = await launchWith('force_recipient: ${env.STAGING_PHONE}', undefined, { STAGING_PHONE: FORCED });
    const { runs } = await follow(host, eventOf('new-user', DATA));
    expect(runs[0]?.state).toBe('done');
    const messages = runs[0]?.messages ?? [];
    expect(messages.map(({ channel, state }) => `${channel} ${state}`)).toEqual(['call completed', 'sms delivered']);
    expect(messages.map(({ lastAttempt }) => lastAttempt?.way?.to)).toEqual([FORCED, FORCED]);
    expect(messages.at(-1)?.to).toBe(ANA);
    expect(reached(host)).toEqual([FORCED]);
  });

  test('both ends of a call that connects two numbers are that number', async () => {
    const host = await launchWith(
      `force_recipient: '${FORCED}'`,
      "on: new-user\ndo:\n  - call_connect: { resource: twilio_resource, first: '+34666555444', second: '${phone}' }\n",
    );
    await follow(host, eventOf('new-user', DATA));
    expect(reached(host)).toEqual([FORCED]);
  });

  test('a person who sends one again reaches that number as well', async () => {
    const host = await launchWith(
      `force_recipient: '${FORCED}'`,
      "on: new-user\ndo:\n  - sms_send: { resource: twilio_resource, to: '${phone}', body: hello }\n",
    );
    host.sandbox?.faults.add({ number: FORCED, fault: { kind: 'undelivered', errorCode: 30003 }, times: 1 });
    const { eventId, runs } = await follow(host, eventOf('new-user', DATA));
    const id = runs[0]?.messages[0]?.id ?? '';
    const done = await host.host.desk.resend(id, new AbortController().signal);
    expect(done).toMatchObject({ message: { to: ANA, resendOf: id, lastAttempt: { way: { to: FORCED } } } });
    await settledStory(host, eventId);
    expect(host.sandbox?.phones.entries().map(({ to }) => to)).toEqual([FORCED, FORCED]);
  });

  test('countries and caps are those of that number', async () => {
    const resource = 'class: DebugConfig\nallowedCountries: [US]\ndailyCap: 1\n';
    launched = await launchProject({
      'ringbook.yml': `force_recipient: '${FORCED}'`,
      'resources/shown.yml': resource,
      'rulebooks/new-user.yml': "on: new-user\ndo:\n  - sms_send: { resource: shown, to: '${phone}', body: hello }\n",
    });
    const first = await follow(launched, eventOf('new-user', DATA));
    expect(first.runs[0]?.messages[0]?.state).toBe('debug');
    const second = await follow(launched, eventOf('new-user', { ...DATA, phone: '+34666555778' }));
    expect(second.runs[0]?.messages[0]).toMatchObject({
      state: 'rejected',
      error: 'this number has had its 1 of the day',
    });
  });

  test('the pages of the host and of the phones say so, with the number masked', async () => {
    const { host, sandbox } = await launchWith(`force_recipient: '${FORCED}'`);
    await follow({ host, sandbox, stop: async () => undefined }, eventOf('new-user', DATA));
    const notice = 'all sends go to +12•••177 (force_recipient)';
    const stories = await (await fetch(`${host.url}/stories.json`)).text();
    const phones = await (await fetch(`${sandbox?.url}/phones.json`)).text();
    expect(JSON.parse(stories)).toMatchObject({ notice });
    expect(JSON.parse(phones)).toMatchObject({ notice });
    expect(stories).toContain('"to":"+34•••777","by":null,"sentTo":"+12•••177"');
    expect(stories + phones).not.toContain('2025550177');
  });
});

describe('with `allow_recipients`', () => {
  test('whatever is for anybody else is rejected, and never sent', async () => {
    const host = await launchWith(
      "allow_recipients: ['+1202', '+34777666555']",
      "on: new-user\ndo:\n  - sms_send: { resource: twilio_resource, to: '${phone}', body: hello }\n",
    );
    const { runs, eventId } = await follow(host, eventOf('new-user', DATA));
    const [message] = runs[0]?.messages ?? [];
    const error = '+34•••777 is not among `allow_recipients` (ringbook.yml), and nobody else is reached';
    expect(message).toMatchObject({ state: 'rejected', error });
    const again = await host.host.desk.resend(message?.id ?? '', new AbortController().signal);
    expect(again).toMatchObject({ message: { state: 'rejected', error } });
    await settledStory(host, eventId);
    expect(host.sandbox?.phones.entries()).toEqual([]);
    const allowed = await follow(host, eventOf('new-user', { ...DATA, phone: FORCED }));
    expect(allowed.runs[0]?.messages[0]?.state).toBe('delivered');
  });

  test('neither end of a call that connects two numbers may be anybody else', async () => {
    const host = await launchWith(
      "allow_recipients: ['+34666555444']",
      "on: new-user\ndo:\n  - call_connect: { resource: twilio_resource, first: '+34666555444', second: '${phone}' }\n",
    );
    const { runs } = await follow(host, eventOf('new-user', DATA));
    expect(runs[0]?.messages[0]?.state).toBe('rejected');
    expect(host.sandbox?.phones.entries()).toEqual([]);
  });
});

describe('a host does not start', () => {
  const problemsOf = async (settings: string, environment?: Readonly<Record<string, string>>) => {
    const failure: unknown = await launchWith(settings, undefined, environment).catch((cause: unknown) => cause);
    return failure instanceof ProblemsFound ? failure.problems : [];
  };

  test('where the number is none, and says where it stands', async () => {
    const [problem, ...others] = await problemsOf('port: 9000\nforce_recipient: "2025550123"');
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ code: 'RB0501', at: { source: { file: 'ringbook.yml' }, start: 28 } });
    expect(problem?.message).toBe(
      'the setting "force_recipient" must be a phone number in E.164 form: "202•••123" is none',
    );
  });

  test('where the number comes from a variable that is not set, or holds none', async () => {
    const settings = "force_recipient: ${env.STAGING_PHONE}\nallow_recipients: ['${env.TESTERS}']\n";
    expect((await problemsOf(settings)).map(({ code, message }) => `${code} ${message}`)).toEqual([
      'RB0306 Setting force_recipient must be specified: the environment variable STAGING_PHONE is not set',
      'RB0306 Setting allow_recipients must be specified: the environment variable TESTERS is not set',
    ]);
    const found = await problemsOf(settings, { STAGING_PHONE: 'foobar', TESTERS: '+' });
    expect(found.map(({ code, at }) => [code, at?.source.file])).toEqual([
      ['RB0501', 'ringbook.yml'],
      ['RB0501', 'ringbook.yml'],
    ]);
  });

  test('where the number is not among those that may be reached', async () => {
    const [problem] = await problemsOf(`force_recipient: '${FORCED}'\nallow_recipients: ['+34']\n`);
    expect(problem).toMatchObject({ code: 'RB0701', help: 'add it to `allow_recipients`' });
  });

  test.each(['force_recipient', 'allow_recipients', 'publicUrl', 'journal'])('where %s has no value', async (name) => {
    const [problem] = await problemsOf(`${name}:\n`);
    expect(problem?.message).toBe(`Setting ${name} must be specified: it stands here without a value`);
  });
});
