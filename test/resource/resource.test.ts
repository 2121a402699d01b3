import { describe, expect, test } from 'vitest';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { pretty } from '../../src/problem/pretty.ts';
import { readResource } from '../../src/resource/read.ts';
import { resolveResource } from '../../src/resource/resolve.ts';
import { Secret } from '../../src/resource/resource.ts';
import { parseYaml } from '../../src/yaml/yaml.ts';

const registry = newRegistry(builtIn);
const schema = registry.resourceClass('TwilioConfig')?.settings ?? {};
const context = {
  classNames: registry.resourceClassNames,
  templateNames: ['incident.xml'],
  settingsOf: (name: string) => registry.resourceClass(name)?.settings,
};

function read(text: string) {
  return readResource(parseYaml({ file: 'resources/duty.yml', text }), context);
}

function problemsOf(text: string): readonly string[] {
  return read(text).problems.map(({ code, message }) => `${code} ${message}`);
}

const COMPLETE = `class: TwilioConfig
userSid: \${env.SID}
authToken: \${env.TOKEN}
twilioNumber: '+34666555777'
template: incident.xml
`;

describe('a resource file', () => {
  test('in order is read, under the name of its file where it names no mid', () => {
    const { resource, problems } = read(COMPLETE);
    expect(problems).toEqual([]);
    expect(resource).toMatchObject({ mid: 'duty', class: 'TwilioConfig', settings: { userSid: '${env.SID}' } });
  });

  test.each([
    ['', ['RB0304 a resource is a map with "class" and the settings of that class']],
    ['[a]', ['RB0304 a resource is a map with "class" and the settings of that class']],
    ['mid: x', ['RB0304 a resource is a map with "class" and the settings of that class']],
    ['class: TwilioConfg', ['RB0303 there is no resource class "TwilioConfg"']],
    [
      'class: TwilioConfig\nuserSid: ""\nauthtoken: x',
      [
        'RB0304 Setting authToken must be specified: resource "duty" of class TwilioConfig has none',
        'RB0304 the setting "userSid" of resource "duty" is blank',
        'RB0102 "authtoken" is not a setting of class TwilioConfig',
      ],
    ],
    [`${COMPLETE}destinationNumber: +34777666555`, ['RB0304 the setting "destinationNumber" must be a string']],
    [
      `${COMPLETE}destinationNumber: '777'`,
      ['RB0501 the setting "destinationNumber" must be a phone number in E.164 form, such as +34777666555'],
    ],
    [COMPLETE.replace('incident.xml', 'incidnt.xml'), ['RB0401 there is no template "incidnt.xml"']],
    [
      `${COMPLETE}baseUrl: \${vars.url}`,
      ['RB0304 the setting "baseUrl" may only refer to the environment, as ${env.NAME}'],
    ],
  ])('%j is told what is wrong', (text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  test.each(['sid', 'apiKey', 'apiToken'])('of Exotel without its %s is refused by name', (setting) => {
    const lines = ['sid: rajnikanth', 'apiKey: ${env.KEY}', 'apiToken: ${env.TOKEN}'];
    const given = lines.filter((line) => !line.startsWith(setting));
    expect(problemsOf(['class: ExotelConfig', ...given].join('\n'))).toEqual([
      `RB0304 Setting ${setting} must be specified: resource "duty" of class ExotelConfig has none`,
    ]);
  });

  test('a phone number is not shown whole in a problem', () => {
    const shown = pretty(read(`${COMPLETE}destinationNumber: +34777666555`).problems, false);
    expect(shown).not.toContain('34777666555');
    expect(shown).toContain('+34••••••555');
  });
});

describe('a resource made ready', () => {
  const { resource: file } = read(COMPLETE);
  if (!file) throw new Error('the resource must be readable');

  test('has its environment filled in, and its secrets apart', () => {
    const { resource, problems } = resolveResource(file, schema, { SID: 'AC1', TOKEN: 'canary-7f3' });
    expect(problems).toEqual([]);
    expect(resource.settings['userSid']).toBe('AC1');
    expect(resource.secrets['authToken']?.reveal()).toBe('canary-7f3');
    expect(JSON.stringify(resource)).not.toContain('canary');
  });

  test('has what its class gives it where its file says nothing', () => {
    const text = `class: ExotelConfig\nsid: rajnikanth\napiKey: \${env.KEY}\napiToken: \${env.TOKEN}\n`;
    const settings = context.settingsOf('ExotelConfig') ?? {};
    const resolved = (more: string) => {
      const { resource } = read(text + more);
      if (!resource) throw new Error('the resource is in order');
      return resolveResource(resource, settings, { KEY: 'k', TOKEN: 't' }).resource.settings;
    };
    expect(resolved('')).toEqual({ sid: 'rajnikanth', region: 'singapore', accountRate: '200/m' });
    expect(resolved("region: mumbai\naccountRate: '1/s'\n")).toMatchObject({ region: 'mumbai', accountRate: '1/s' });
  });

  test('names each variable that is not set, and where it is asked for', () => {
    const { problems } = resolveResource(file, schema, { SID: '' });
    expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'RB0306 the environment variable SID is not set, and the setting "userSid" of resource "duty" needs it',
      'RB0306 the environment variable TOKEN is not set, and the setting "authToken" of resource "duty" needs it',
    ]);
    expect(problems[1]?.at?.start).toBe(file.spans['authToken']?.start);
  });

  test('whose number from the environment is none says so without showing it', () => {
    const { resource: withNumber } = read(`${COMPLETE}destinationNumber: \${env.DUTY}`);
    if (!withNumber) throw new Error('the resource must be readable');
    const { problems } = resolveResource(withNumber, schema, { SID: 'AC1', TOKEN: 't', DUTY: '0034611222333' });
    expect(problems.map(({ code }) => code)).toEqual(['RB0501']);
    expect(pretty(problems, false)).not.toContain('611222333');
  });
});

describe('a secret', () => {
  test('shows as *** wherever it is printed', async () => {
    const secret = new Secret('canary-7f3');
    const { inspect } = await import('node:util');
    expect([`${secret}`, JSON.stringify({ secret }), inspect({ secret }), String(secret)].join(' ')).not.toContain(
      'canary',
    );
  });
});
