import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../cli/ringbook.ts';
import { playBook, playProject } from './played.ts';

const EVENT = `
  - event: new-user
    data: { username: ana, realname: Ana, phone: '+34611222333' }`;

/** A rule that calls whoever is new until they answer, six times in an hour, and then tells the desk. */
const INSISTENT = `
vars: { desk: '+34777666555' }
rules:
  - name: insist
    on: new-user
    do:
      - tries =: 0
      - reached =: false
      - while: tries < 6 && !reached
        max: 6
        do:
          - call = twilio_call:
              twilio_resource: twilio_resource
              default_number: '0'
              twilio_number: '+34666555777'
              destination_number: \${phone}
              template: new-user.xml
              correspondance: { name: \${realname}, username: \${username} }
              await: finished
          - tries =: \${tries + 1}
          - reached =: \${call.state == 'completed'}
          - if: "!reached"
            then: [{ wait: 10m }]
      - if: "!reached"
        then:
          - sms_send: { resource: twilio_resource, to: "\${vars.desk}", body: "\${realname} did not answer \${tries} times" }
`;

const MENU = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Gather numDigits="1"><Say>{{name}}: press one.</Say></Gather><Say>{{username}}: nothing was pressed.</Say></Response>
`;

const SAYS_HELLO = `
on: new-user
do:
  - sms_send: { resource: twilio_resource, to: "\${phone}", body: "Hello \${realname}" }
`;

const HELLO = `[{ to: '+34611222333', from: '+34666555777', text: Hello Ana }]`;

const CALL = `to: '+34611222333', from: '+34666555777'`;

describe('a scenario', () => {
  test('sees an hour of retries to its end', async () => {
    const { told } = await playBook(
      INSISTENT,
      `
given: { phones: { '+34611222333': no-answer } }
when: ${EVENT}
then:
  calls:
${`    - { ${CALL}, ends: no-answer }\n`.repeat(6)}
  messages:
    - { to: '+34777666555', from: '+34666555777', text: Ana did not answer 6 times }
`,
    );
    expect(told).toBe('');
  });

  test('lets a person answer, reject and hang up', async () => {
    const { told } = await playBook(
      INSISTENT,
      `
given: { phones: { '+34611222333': by-hand } }
when: ${EVENT}
  - reject: '+34611222333'
  - answer: '+34611222333'
then:
  calls:
    - { ${CALL}, ends: busy }
    - { ${CALL}, hears: 'Ana has just signed up, under the user name ana.' }
`,
    );
    expect(told).toBe('');
  });

  test('presses keys by habit and by hand, and tells apart who does neither', async () => {
    const rulebook = `
on: new-user
do:
  - twilio_call:
      twilio_resource: twilio_resource
      default_number: '0'
      twilio_number: '+34666555777'
      destination_number: \${phone}
      template: menu.xml
      correspondance: { name: \${realname}, username: \${username} }
`;
    const { told } = await playProject({
      'resources/templates/menu.xml': MENU,
      'rulebooks/example.yml': rulebook,
      'rulebooks/example.scenario.yml': `
scenarios:
  - name: by habit
    given: { phones: { '+34611222333': { presses: ['1'] } } }
    when: ${EVENT.replaceAll('\n', '\n    ')}
    then: { calls: [{ ${CALL}, hears: 'Ana: press one.', keys: '1' }] }
  - name: by hand
    given: { phones: { '+34611222333': by-hand } }
    when: ${EVENT.replaceAll('\n', '\n    ')}
      - answer: '+34611222333'
      - press: '2'
    then: { calls: [{ ${CALL}, hears: 'Ana: press one.', keys: '2' }] }
  - name: nothing is pressed
    when: ${EVENT.replaceAll('\n', '\n    ')}
    then: { calls: [{ ${CALL}, hears: 'Ana: press one. ana: nothing was pressed.' }] }
`,
    });
    expect(told).toBe('');
  });

  test('writes back to the last message, which is no message that must be listed', async () => {
    const { told } = await playBook(
      SAYS_HELLO,
      `
when: ${EVENT}
  - reply: thanks
then: { messages: ${HELLO} }
`,
    );
    expect(told).toBe('');
  });

  test('meets faults at the door and on the way back', async () => {
    const scenario = (fault: string, then: string): string => `
  - name: "${fault}"
    given: { faults: [{ fault: ${fault} }] }
    when: ${EVENT.replaceAll('\n', '\n    ')}
    then: ${then}`;
    const { told } = await playBook(
      SAYS_HELLO,
      `scenarios:
${scenario('throttled, retry_after: 2s, times: 2', `{ messages: ${HELLO} }`)}
${scenario('callback-lost', `{ messages: ${HELLO} }`)}
${scenario('callback-doubled', `{ messages: ${HELLO} }`)}
${scenario("undelivered, code: 30003, to: '+34611222333'", `{ messages: [{ ${CALL}, ends: undelivered }] }`)}
${scenario('dropped, when: after, times: 1', `{ messages: ${HELLO} }`)}
`,
    );
    expect(told).toBe('');
  });

  test('gives answers to requests, one after the other, and reaches nothing else', async () => {
    const rulebook = `
on: new-user
do:
  - foreach: [1, 2, 3]
    do: [{ request: { url: "https://example.com/\${username}", body: { b: "\${it}", a: 1 } } }]
  - request: https://example.org/
`;
    const { told } = await playBook(
      rulebook,
      `
given:
  requests:
    - { POST: https://example.com/ana, status: 500 }
    - { POST: https://example.com/ana, body: { ok: true } }
when: ${EVENT}
then:
  requests:
    - { POST: https://example.com/ana, body: { a: 1, b: 1 } }
    - { POST: https://example.com/ana, body: '{"b":2,"a":1}' }
    - { POST: https://example.com/ana, body: { a: 1, b: 3 } }
    - GET: https://example.org/
  failures:
    - { rule: example, error: 'request: no answer from example.org: the scenario gives no answer for it' }
`,
    );
    expect(told).toBe('');
  });

  test('loses an answer', async () => {
    const { told } = await playBook(
      'on: new-user\ndo:\n  - request: { url: "https://example.com/", timeoutSeconds: 60 }\n',
      `
given: { requests: [{ GET: 'https://example.com/', lost: true }] }
when: ${EVENT}
then:
  requests: [{ GET: 'https://example.com/' }]
  failures:
    - rule: example
      error: 'request: no answer from example.com: no whole answer within 60000 ms; whether the request was acted on is not known'
`,
    );
    expect(told).toBe('');
  });

  test('plays a project that leads to Twilio on the phone network, with the environment that it gives', async () => {
    const { told } = await playProject({
      'resources/twilio_resource.yml': `
class: TwilioConfig
userSid: \${env.TWILIO_ACCOUNT_SID}
authToken: \${env.TWILIO_AUTH_TOKEN}
twilioNumber: \${env.OUR_NUMBER}
template: incident.xml
`,
      'ringbook.yml': 'publicUrl: https://ringbook.example.com\n',
      'rulebooks/example.yml': SAYS_HELLO,
      'rulebooks/example.scenario.yml': `
given: { environment: { OUR_NUMBER: '+34666555777' } }
when: ${EVENT}
then: { messages: ${HELLO} }
`,
    });
    expect(told).toBe('');
  });

  test('is another world than the one before', async () => {
    const one = `
    when:
      - { event: new-user, id: one, data: { username: ana, realname: Ana, phone: '+34611222333' } }
      - { event: new-user, id: one, data: { username: ana, realname: Ana, phone: '+34611222333' } }
    then: { messages: ${HELLO} }`;
    const { told } = await playBook(SAYS_HELLO, `scenarios:\n  - name: one${one}\n  - name: two${one}\n`);
    expect(told).toBe('');
  });

  test('has the time that it gives, and that it lets pass', async () => {
    const { told } = await playBook(
      'on: new-user\ndo: [{ sms_send: { resource: twilio_resource, to: "${phone}", body: "${string(event.time)}" } }]\n',
      `
given: { at: 2026-11-21T09:00:00Z }
when: ${EVENT}
  - after: 1h30m${EVENT}
then:
  messages:
    - { ${CALL}, text: '2026-11-21T09:00:00.000Z' }
    - { ${CALL}, text: '2026-11-21T10:30:00.000Z' }
`,
    );
    expect(told).toBe('');
  });
});

describe('a scenario fails', () => {
  test('where a person cannot do what it says', async () => {
    const { told } = await playBook(
      SAYS_HELLO,
      `
when: ${EVENT}
  - press: '1'
  - answer: '+34611222333'
  - hang_up: '+34611222333'
then: { messages: ${HELLO} }
`,
    );
    expect(told).toContain(`
    no call asks for keys here  rulebooks/example.scenario.yml:5:12
    this phone does not ring  rulebooks/example.scenario.yml:6:13
    no call goes on at this phone  rulebooks/example.scenario.yml:7:14
`);
  });

  test('where a rule waits for longer than a week, unless the time is let pass', async () => {
    const rulebook = `on: new-user\ndo:\n  - wait: 30d\n${SAYS_HELLO.split('do:\n')[1]}`;
    const failed = await playBook(rulebook, `when: ${EVENT}\nthen: {}\n`);
    expect(failed.told).toContain('the rule "example" has not ended');
    const passed = await playBook(rulebook, `when: ${EVENT}\n  - after: 30d\nthen: { messages: ${HELLO} }\n`);
    expect(passed.told).toBe('');
  });

  test('where its environment lacks something', async () => {
    const { told } = await playProject({
      'resources/twilio_resource.yml': `
class: TwilioConfig
userSid: \${env.TWILIO_ACCOUNT_SID}
authToken: \${env.TWILIO_AUTH_TOKEN}
twilioNumber: \${env.OUR_NUMBER}
`,
      'rulebooks/example.yml': SAYS_HELLO,
      'rulebooks/example.scenario.yml': `when: ${EVENT}\nthen: {}\n`,
    });
    expect(told).toContain('the environment variable OUR_NUMBER is not set');
    expect(told).toContain('a scenario gives it under `given: environment`');
  });
});

test('two hundred scenarios pass in one process', async () => {
  const scenario = (number: number): string => `
  - name: number ${number}
    given: { phones: { '+34777666555': ${number % 2 === 0 ? 'busy' : 'answers'} } }
    when:
      - event: job.start
        data: { date_creation: now, status_name: New, env_name: Test, created_by: ana, topic_mid: '${number}' }
    then:
      calls:
        - to: '+34777666555'
          from: '+34666555777'
          ${number % 2 === 0 ? 'ends: busy' : `hears: ${JOB.replace('#', String(number))}`}`;
  const scenarios = Array.from({ length: 200 }, (_, number) => scenario(number)).join('');
  const { results, told } = await playProject({
    'rulebooks/job.yml': await readFile(join(repository, 'rulebooks/job.yml'), 'utf8'),
    'rulebooks/job.scenario.yml': `scenarios:${scenarios}\n`,
  });
  expect(told).toBe('');
  expect(results.flatMap((file) => file.scenarios)).toHaveLength(200);
}, 60_000);

const JOB = "'New job started at now with the topic #. Current Job Status: New Environment: Test Deployed by: ana'";
