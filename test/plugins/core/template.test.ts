import { afterAll, describe, expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { type Draft, SaidBefore } from '../../../src/message/message.ts';
import { type OpContext, OpFailed } from '../../../src/plugin/plugin.ts';
import { smsSend } from '../../../src/plugins/core/sms_send.ts';
import { bodyFor } from '../../../src/plugins/core/template.ts';
import { placeText } from '../../../src/problem/pretty.ts';
import { readResource } from '../../../src/resource/read.ts';
import type { Json, JsonObject } from '../../../src/schema/schema.ts';
import { parseYaml } from '../../../src/yaml/yaml.ts';
import { newContext } from '../context.ts';
import { registry } from '../project.ts';

const http = newHttpClient();
afterAll(() => http.close());

/** The problems of a template's file, a line each. */
function problemsOf(text: string): readonly string[] {
  const { problems } = readResource(parseYaml({ file: 't.yml', text: `class: Template\n${text}` }), {
    classNames: registry.resourceClassNames,
    templateNames: [],
    settingsOf: (name) => registry.resourceClass(name)?.settings,
    checkOf: (name) => registry.resourceClass(name)?.check,
  });
  return problems.map(({ at, code, message }) => `${at ? placeText(at) : '-'} ${code} ${message}`);
}

describe('the file of a template', () => {
  test.each([
    ["body: 'Hello'", []],
    ["body: '{{#a}}{{^b}}{{c}}{{/b}}{{/a}}{{! never said }}'", []],
    ["body: 'Hi {{{name}}}'", ['t.yml:2:11 RB0406 {{{name}}} is not supported in a text']],
    ["body: 'Hi {{& name}}'", ['t.yml:2:11 RB0406 {{& name}} is not supported in a text']],
    ["body: 'Hi {{> name}}'", ['t.yml:2:11 RB0406 {{> name}} is not supported in a text']],
    ["body: 'Hi {{=<% %>=}}'", ['t.yml:2:11 RB0406 {{=<% %>=}} is not supported in a text']],
    ["body: 'Hi {{name}'", ['t.yml:2:11 RB0406 a {{ is not closed']],
    ["body: 'Hi {{name, {{b}}'", ['t.yml:2:11 RB0406 a {{ is not closed']],
    ["body: '{{#a}} Hi'", ['t.yml:2:7 RB0406 the section "a" is never closed']],
    ["body: 'Hi {{/a}}'", ['t.yml:2:7 RB0406 no section "a" is open where {{/a}} stands']],
    [
      `body: '${'{{#a}}'.repeat(21)}${'{{/a}}'.repeat(21)}'`,
      ['t.yml:2:7 RB0406 more than 20 sections stand in each other'],
    ],
    ["body: 'Hi ${env.NAME}'", ['t.yml:2:11 RB0406 ${env.NAME} is not filled in here']],
    ["body: Hi\nlocales: { cs: 'Ahoj {{{x}}}' }", ['t.yml:3:22 RB0406 {{{x}}} is not supported in a text']],
    ['body: Hi\nlocales: { cs_CZ: Ahoj, CS-cz: Nazdar }', ['t.yml:3:32 RB0108 "CS-cz" is the same locale as "cs_CZ"']],
    ['body: Hi\nlocale: english', ['t.yml:3:9 RB0108 "english" is no locale']],
    ['body: Hi\nlocales: { Czech language: Ahoj }', ['t.yml:3:28 RB0108 "Czech language" is no locale']],
    ['body: Hi\nlocale: cs\nlocales: { cs: Ahoj }', ['t.yml:4:16 RB0108 "cs" is the same locale as "cs"']],
    [
      "body: 'Hi {{a}}'\nlocales: { cs: 'Ahoj {{b}}' }",
      [
        't.yml:2:7 RB0416 `body` does not say {{b}}, as another language of it does',
        't.yml:3:16 RB0416 the text for "cs" does not say {{a}}, as another language of it does',
      ],
    ],
    ['locale: en', ['t.yml:1:1 RB0304 Setting body must be specified: resource "t" of class Template has none']],
  ])('%s', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  test.each(['locales: { cs: 7 }', 'active: maybe', 'sender: ""', 'text: Hi'])('is not in order with %s', (line) => {
    expect(problemsOf(`body: Hi\n${line}`)).toHaveLength(1);
  });
});

describe('the language of a template', () => {
  const settings = { body: 'Hi', locale: 'en', locales: { cs: 'Ahoj', 'es-MX': '¿Qué onda?', 'zh-Hant': '你好' } };

  test.each([
    [undefined, 'Hi', true],
    ['cs', 'Ahoj', true],
    ['cs-CZ', 'Ahoj', true],
    ['CS_cz', 'Ahoj', true],
    ['en-GB', 'Hi', true],
    ['es-MX', '¿Qué onda?', true],
    ['es', 'Hi', false],
    ['zh-Hant-TW', '你好', true],
    ['csb', 'Hi', false],
    ['constructor', 'Hi', false],
  ])('for %s is %s', (locale, text, isAsked) => {
    expect(bodyFor(settings, locale)).toMatchObject({ body: { text }, isAsked });
  });
});

/** What an op is given that has the resources `phone` and `t`, and what it sends. */
function contextWith(settings: JsonObject): { context: OpContext & { lines: string[] }; sent: Draft[] } {
  const context = newContext(http, { twilioNumber: '+34666555777' });
  const sent: Draft[] = [];
  const send: OpContext['send'] = (draft) => {
    sent.push(draft);
    return Promise.reject(new SaidBefore('1.0/0.0'));
  };
  const template = { mid: 't', class: 'Template', settings, secrets: {} };
  return { context: { ...context, send, resource: (mid) => (mid === 't' ? template : context.resource(mid)) }, sent };
}

const ARGS = { resource: 'phone', to: '+34777666555', template: 't' };

async function said(body: string, context: Json): Promise<string | undefined> {
  const { context: own, sent } = contextWith({ body });
  await smsSend({ ...ARGS, context }, own);
  const [content] = sent.map((draft) => draft.content);
  return content?.kind === 'text' ? content.text : undefined;
}

describe('sms_send with a template', () => {
  test.each<[string, JsonObject, string]>([
    ['Job {{job}}: {{note}}', { job: 7, note: 'a & b <c>' }, 'Job 7: a & b <c>'],
    ['{{#step}}At {{step}}.{{/step}}{{^step}}Done.{{/step}}', { step: 'RUN' }, 'At RUN.'],
    ['{{#step}}At {{step}}.{{/step}}{{^step}}Done.{{/step}}', { step: '' }, 'Done.'],
    ['Hi {{constructor}}{{a}}', {}, 'Hi '],
    ['{{a}}', { a: '{{b}}', b: 'no' }, '{{b}}'],
  ])('says %s with %j', async (body, context, text) => {
    expect(await said(body, context)).toBe(text);
  });

  test('is sent from the sender of the template, unless the op has one, and keeps the template', async () => {
    const { context, sent } = contextWith({ body: 'Hi', sender: '72345' });
    await smsSend(ARGS, context);
    await smsSend({ ...ARGS, from: '+34600000001', related: ['job:1'], once_per_related: true }, context);
    expect(sent).toMatchObject([
      { from: '72345', options: { template: 't' } },
      { from: '+34600000001', options: { template: 't', related: ['job:1'], oncePerRelated: true } },
    ]);
    expect(sent[0]?.options).not.toHaveProperty('oncePerRelated');
  });

  test('says so where nothing is sent, for the template is not active or has been said', async () => {
    const active = contextWith({ body: 'Hi' });
    expect(await smsSend(ARGS, active.context)).toEqual({
      sid: '',
      status: 'duplicate',
      state: 'duplicate',
      duplicate_of: '1.0/0.0',
    });
    const inactive = contextWith({ body: 'Hi', active: false });
    expect(await smsSend(ARGS, inactive.context)).toEqual({ sid: '', status: 'inactive', state: 'inactive' });
    expect(inactive.sent).toEqual([]);
    expect(inactive.context.lines).toEqual(['sends nothing: template "t" is not active']);
  });

  test.each<[JsonObject, string]>([
    [{ context: { a: [1] } }, '"context" gives a list for "a"'],
    [{ context: 'x' }, '"context" must be a map'],
    [{ context: { a: '' } }, 'template "t" comes to no words'],
    [{ context: { a: 'x'.repeat(1_601) } }, 'template "t" comes to 1601 characters; at most 1600 can be sent'],
    [{ template: 'phone' }, '"phone" is a resource of class TwilioConfig, and no template'],
    [{ body: 'Hi' }, '"body" and "template" both say what the message says'],
  ])('fails in words with %j, which only an expression can give', async (args, words) => {
    const { context, sent } = contextWith({ body: '{{a}}' });
    await expect(smsSend({ ...ARGS, ...args }, context)).rejects.toThrow(OpFailed);
    await expect(smsSend({ ...ARGS, ...args }, context)).rejects.toThrow(words);
    expect(sent).toEqual([]);
  });
});
