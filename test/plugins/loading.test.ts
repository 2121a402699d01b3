import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { packagesLoadedBy } from './loaded.ts';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
const HEAVY = /^(@aws-sdk|@smithy|twilio|xmlbuilder2|@oozcitak)/;

const REGISTRY = `
  const { builtIn } = await import('${SRC}plugins/plugins.ts');
  const { newRegistry } = await import('${SRC}plugin/registry.ts');
  const registry = newRegistry(builtIn);`;

test('loads no SDK and no XML to check a project that names every provider', async () => {
  const loaded = await packagesLoadedBy(`${REGISTRY}
    const { loadProject } = await import('${SRC}project.ts');
    const { problems, resources } = loadProject('test/rulebook/', registry, ['ok/sms-through-every-class.yml']);
    if (problems.length > 0 || resources.size < 8) throw new Error('it did not check');`);
  expect(loaded.filter((name) => HEAVY.test(name))).toEqual([]);
});

test('loads the SDK of SNS with the first message, and not with the provider', async () => {
  const provider = `${REGISTRY}
    const make = await registry.resourceClass('SnsConfig').load();
    const settings = { region: 'eu-central-1', accessKeyId: 'AKIAEXAMPLE' };
    const resource = { settings, secrets: { secretAccessKey: { reveal: () => 'x' } } };
    const body = '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';
    const http = { request: async () => ({ status: 200, headers: {}, body }) };
    const provider = make(resource, { http });`;
  const sending = `
    const draft = { channel: 'sms', to: '+12025550123', from: '', content: { kind: 'text', text: 'x' } };
    const outcome = await provider.send({ draft, signal: new AbortController().signal });
    if (outcome.kind !== 'accepted') throw new Error('it did not send');`;
  expect((await packagesLoadedBy(provider)).filter((name) => name.startsWith('@aws-sdk'))).toEqual([]);
  expect(await packagesLoadedBy(provider + sending)).toContain('@aws-sdk/client-sns');
});
