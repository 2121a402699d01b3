import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { packagesLoadedBy } from '../loaded.ts';

const PLUGINS = fileURLToPath(new URL('../../../src/plugins/', import.meta.url));

test('loads neither the SDK nor the writer of XML to check a call', async () => {
  const loaded = await packagesLoadedBy(`
    const { twilio } = await import('${PLUGINS}twilio/twilio.ts');
    const source = { file: 'a.xml', text: '<Response><Say>{{name}}</Say></Response>' };
    const at = { source, start: 0, end: 1 };
    const args = { template: { literal: 'a.xml', at } };
    const use = { op: 'twilio_call', at, args, resource: () => undefined, template: () => source, templateNames: ['a.xml'] };
    const [problem] = twilio.ops.twilio_call.check(use);
    if (problem?.code !== 'RB0404') throw new Error('it did not check');`);
  expect(loaded).toEqual(expect.arrayContaining(['mustache', 'saxes']));
  expect(loaded.filter((name) => /^(twilio|xmlbuilder|@oozcitak)/.test(name))).toEqual([]);
});

test('loads the SDK with the first send, and not with the provider', async () => {
  const loading = `
    const { twilio } = await import('${PLUGINS}twilio/twilio.ts');
    const make = await twilio.resourceClasses.TwilioConfig.load();
    const resource = { settings: { userSid: 'AC1' }, secrets: { authToken: { reveal: () => 'x' } } };
    const answer = { status: 201, headers: {}, body: '{"sid":"SM1"}' };
    const provider = make(resource, { http: { request: async () => answer } });`;
  const sending = `
    const draft = { channel: 'sms', to: '+1', from: '+2', content: { kind: 'text', text: 'x' } };
    const outcome = await provider.send({ draft, signal: new AbortController().signal });
    if (outcome.kind !== 'accepted') throw new Error('it did not send');`;
  expect((await packagesLoadedBy(loading)).filter((name) => name.startsWith('twilio'))).toEqual(['twilio webhooks']);
  expect(await packagesLoadedBy(loading + sending)).toContain('twilio');
});
