import { expect, test } from 'vitest';
import { newRegistry } from '../../../src/plugin/registry.ts';
import { builtIn } from '../../../src/plugins/plugins.ts';
import { readResource } from '../../../src/resource/read.ts';
import { parseYaml } from '../../../src/yaml/yaml.ts';

const registry = newRegistry(builtIn);

function problemsOf(settings: string): readonly string[] {
  const source = { file: 'resources/aws.yml', text: `class: SnsConfig\nregion: eu-central-1\n${settings}` };
  const { problems } = readResource(parseYaml(source), {
    classNames: registry.resourceClassNames,
    templateNames: [],
    settingsOf: (name) => registry.resourceClass(name)?.settings,
    checkOf: (name) => registry.resourceClass(name)?.check,
  });
  return problems.map(({ code, message }) => `${code} ${message}`);
}

const KEY = 'accessKeyId: ${env.KEY}\n';
const SECRET = 'secretAccessKey: ${env.SECRET}\n';
const TOKEN = 'sessionToken: ${env.TOKEN}\n';

test.each(['', KEY + SECRET, KEY + SECRET + TOKEN])('access keys are whole, or none at all: %j', (settings) => {
  expect(problemsOf(settings)).toEqual([]);
});

test.each([
  [KEY, ['RB0304 Setting secretAccessKey must be specified: `accessKeyId` is a part of access keys']],
  [SECRET, ['RB0304 Setting accessKeyId must be specified: `secretAccessKey` is a part of access keys']],
  [
    KEY + TOKEN,
    ['RB0304 Setting secretAccessKey must be specified: `accessKeyId` and `sessionToken` are a part of access keys'],
  ],
])('a part of access keys is refused before anything is sent: %j', (settings, expected) => {
  expect(problemsOf(settings)).toEqual(expected);
});
