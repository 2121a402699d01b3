import { expect, test } from 'vitest';
import { playProject } from './played.ts';

const MENU = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Gather numDigits="1"><Say>{{name}}: press one.</Say></Gather><Say>Nothing was pressed.</Say></Response>`;

const CALLS = `
vars: { ana: '+34611222333' }
rules:
  - name: ask
    on: new-user
    do:
      - twilio_call:
          twilio_resource: twilio_resource
          default_number: '0'
          twilio_number: '+34666555777'
          destination_number: \${phone}
          template: menu.xml
          correspondance: { name: \${realname} }
          tags: [welcome]
  - name: confirmed
    on: call.digits
    when: digits == '1' && has(data.tags) && 'welcome' in tags
    do:
      - sms_send: { resource: twilio_resource, to: \${to}, body: 'Thank you: \${digits} at question \${question}' }
  - name: other
    on: call.digits
    when: digits != '1'
    do:
      - sms_send: { resource: twilio_resource, to: \${to}, body: 'What is \${digits}?' }
`;

const EVENT = `
  - event: new-user
    data: { username: ana, realname: Ana, phone: '+34611222333' }`;
const CALL = `to: '+34611222333', from: '+34666555777'`;

test('a key that is pressed is an event, which rules answer', async () => {
  const { told } = await playProject({
    'resources/templates/menu.xml': MENU,
    'rulebooks/example.yml': CALLS,
    'rulebooks/example.scenario.yml': `
scenarios:
  - name: by habit
    given: { phones: { '+34611222333': { presses: ['1'] } } }
    when: ${EVENT.replaceAll('\n', '\n    ')}
    then:
      calls: [{ ${CALL}, hears: 'Ana: press one.', keys: '1' }]
      messages: [{ ${CALL}, text: 'Thank you: 1 at question 1' }]
  - name: by hand
    given: { phones: { '+34611222333': by-hand } }
    when: ${EVENT.replaceAll('\n', '\n    ')}
      - answer: '+34611222333'
      - press: '2'
    then:
      calls: [{ ${CALL}, hears: 'Ana: press one.', keys: '2' }]
      messages: [{ ${CALL}, text: 'What is 2?' }]
  - name: nothing is pressed
    when: ${EVENT.replaceAll('\n', '\n    ')}
    then: { calls: [{ ${CALL}, hears: 'Ana: press one. Nothing was pressed.' }] }
`,
  });
  expect(told).toBe('');
});

test('what is said to a key may ask again, each question under a number of its own', async () => {
  const rulebook = CALLS.replace('template: menu.xml', 'template: menu.xml\n          digits_template: again.xml');
  const { told } = await playProject({
    'resources/templates/menu.xml': MENU,
    'resources/templates/again.xml':
      '<Response><Gather numDigits="1"><Say>Once more, {{name}}.</Say></Gather></Response>',
    'rulebooks/example.yml': rulebook,
    'rulebooks/example.scenario.yml': `
given: { phones: { '+34611222333': { presses: ['2', '1'] } } }
when: ${EVENT}
then:
  calls: [{ ${CALL}, hears: ['Ana: press one.', 'Once more, Ana.', 'Once more, Ana.'], keys: '21' }]
  messages:
    - { ${CALL}, text: 'What is 2?' }
    - { ${CALL}, text: 'Thank you: 1 at question 2' }
`,
  });
  expect(told).toBe('');
});

const ANSWERS = `
rules:
  - name: welcome
    on: new-user
    do:
      - sms_send: { resource: twilio_resource, to: \${phone}, body: 'Welcome, \${realname}!', tags: [welcome] }
  - name: answered
    on: message.received
    when: text.lowerAscii() == 'ok' && has(last.tags) && 'welcome' in last.tags
    do:
      - sms_send: { resource: twilio_resource, to: \${from}, body: 'Good.' }
`;

test('a message that is written back is an event, which knows what it may answer', async () => {
  const { told, coverage } = await playProject({
    'rulebooks/example.yml': ANSWERS,
    'rulebooks/example.scenario.yml': `
scenarios:
  - name: says ok
    when: ${EVENT.replaceAll('\n', '\n    ')}
      - reply: OK
    then: { messages: [{ ${CALL}, text: 'Welcome, Ana!' }, { ${CALL}, text: 'Good.' }] }
  - name: says something else
    when: ${EVENT.replaceAll('\n', '\n    ')}
      - reply: who is this?
    then: { messages: [{ ${CALL}, text: 'Welcome, Ana!' }] }
`,
  });
  expect(told).toBe('');
  expect(coverage.missed).toEqual([]);
});
