import { expect, test } from 'vitest';
import { playProject } from './played.ts';

const RULEBOOK = `
vars: { desk: '+34777666555' }
rules:
  - name: greet
    on: new-user
    do:
      - twilio_call:
          twilio_resource: twilio_resource
          default_number: '1'
          template: new-user.xml
          correspondance: { name: \${realname}, username: \${username} }
      - sms_send: { resource: twilio_resource, to: \${phone}, body: "Welcome, \${realname}" }
      - sms_send: { resource: twilio_resource, to: \${vars.desk}, body: "Call \${phone}, or 0034 677 888 999" }
  - name: report
    on: job.end
    do:
      - request: { url: "https://example.com/\${jobname}", body: { id: "\${id_job}" } }
      - fail: "job \${jobname}\\nhas ended"
`;

const SCENARIOS = `
scenarios:
  - name: other words, another end, another order, and one too many
    given:
      phones: { '+34777666555': no-answer }
    when:
      - event: new-user
        data: { username: ana, realname: Ana, phone: '+34611222333' }
    then:
      calls:
        - to: '+34777666555'
          from: '+34666555777'
          hears: Ana has just signed up.
      messages:
        - { to: '+34777666555', from: '+34666555777', text: 'Call +34611222333, or 0034 677 888 999' }
        - { to: '+34611222333', from: '+34666555777', text: 'Welcome, Ana' }
        - { to: '+34699888777', from: '+34666555777', text: This never happens, ends: failed }
  - name: nothing is listed
    when:
      - event: job.end
        data: { jobname: nightly, id_job: 7, bl: PROD, status: FINISHED, step: END }
  - name: this one is right
    when:
      - event: job.end
        data: { jobname: nightly, id_job: 7, bl: PROD, status: FINISHED, step: END }
    then:
      requests: [{ POST: https://example.com/nightly, body: { id: 7 } }]
      failures:
        - rule: a/report
          error: "request: no answer from example.com: the scenario gives no answer for it"
`;

test('a difference says what is other, where, and how to mend it', async () => {
  const { told } = await playProject({ 'rulebooks/a.yml': RULEBOOK, 'rulebooks/a.scenario.yml': SCENARIOS });
  await expect(told).toMatchFileSnapshot('golden/difference.txt');
});

test('a number that the scenario does not have is masked, wherever it stands', async () => {
  const { told } = await playProject({
    'rulebooks/a.yml': `
on: job.end
do:
  - sms_send: { resource: twilio_resource, to: '+34699888777', body: 'Call +34677888999' }
`,
    'rulebooks/a.scenario.yml': `
when:
  - event: job.end
    data: { jobname: nightly, id_job: 7, bl: PROD, status: FINISHED, step: END }
then:
  messages: [{ to: '+34611222333', from: '+34666555777', text: Call }]
`,
  });
  expect(told).toContain('- to: +34611222333');
  expect(told).not.toMatch(/699888777|677888999/);
  expect(told).toContain('+ to: +34••••••777');
  expect(told).toContain('+ text: Call +34••••••999');
});
