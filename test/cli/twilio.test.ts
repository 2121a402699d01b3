import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { create as readXml } from 'xmlbuilder2';
import { twilio } from '../../src/cli/twilio.ts';
import { printRows } from '../../src/cli/twilio-rows.ts';
import { newHttpClient } from '../../src/http/client.ts';
import { listen } from '../../src/http/server.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { realClock } from '../../src/time/real.ts';
import { inProcess } from './in-process.ts';
import { inTemporaryFolder, repository, ringbook } from './ringbook.ts';

let sandbox: Sandbox;
const http = newHttpClient();
beforeAll(async () => {
  sandbox = await startSandbox({
    listen,
    http,
    clock: realClock,
    newId: randomUUID,
    host: '127.0.0.1',
    port: 0,
    paceMs: 1,
  });
  for (let count = 0; count < 5; count++)
    await post('Messages', { To: '+12025550110', From: '+34666555777', Body: `=${count}` });
  await post('Messages', { To: '+12025550111', From: '+34666555777', Body: 'a <b>, "c" & d\nnext\u0007' });
});
afterAll(async () => {
  await sandbox.close();
  await http.close();
});

async function post(resource: string, form: Record<string, string>): Promise<Record<string, string>> {
  const answer = await http.request({
    method: 'POST',
    url: `${sandbox.url}/2010-04-01/Accounts/${sandbox.accountSid}/${resource}.json`,
    headers: {
      authorization: `Basic ${Buffer.from(`${sandbox.accountSid}:${sandbox.authToken}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form).toString(),
    timeoutMs: 5_000,
  });
  if (answer.status !== 201) throw new Error(answer.body);
  return JSON.parse(answer.body);
}

/** `ringbook twilio ...` on the account of the sandbox. */
function run(...args: readonly string[]) {
  return inProcess(twilio, args, { folder: repository, environment: sandbox.environment });
}

async function json(...args: readonly string[]): Promise<readonly Record<string, string>[]> {
  const { code, out, err } = await run(...args, '--format', 'json');
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
}

describe('ringbook twilio messages', () => {
  test('lists them with numbers masked and words counted, and in full when asked', async () => {
    const { code, out } = await run('messages', 'list', '--to', '+12025550110', '--limit', '2');
    expect(code).toBe(0);
    expect(out).toMatch(/^SID +DATE CREATED +DIRECTION +FROM +TO /);
    expect(out).toContain('+12•••110');
    expect(out).toContain('(2 characters)');
    expect(out).toContain('2 are shown; --all shows all of them');
    expect(out).not.toMatch(/\+?12025550110|=4/);
    const [newest] = await json('messages', '--to', '+12025550110', '--full');
    expect(newest).toMatchObject({ to: '+12025550110', body: '=4' });
  });

  test('counts, and goes over all pages', async () => {
    expect((await run('messages', 'count', '--to', '+12025550110')).out).toBe('5\n');
    expect(await json('messages', 'list', '--to', '+12025550110', '--all')).toHaveLength(5);
    expect((await run('messages', 'count', '--date-sent-before', '2001-01-01')).out).toBe('0\n');
  });

  test('prints what a spreadsheet and a parser read as it was, and nothing that acts', async () => {
    const csv = await run('messages', '--to', '+12025550110', '--format', 'csv', '--full', '--limit', '1');
    const [head = '', row = ''] = csv.out.split('\n');
    expect(row.split(',')[head.split(',').indexOf('body')]).toBe("'=4");
    expect(row.split(',')[head.split(',').indexOf('to')]).toBe('+12025550110');
    const tricky = ['messages', '--to', '+12025550111', '--full', '--format'];
    expect((await run(...tricky, 'csv')).out).toContain('"a <b>, ""c"" & d\nnext\u0007"');
    const xml = readXml((await run(...tricky, 'xml')).out).root();
    const body = xml.find(({ node }) => node.nodeName === 'body', false, true);
    expect(body?.node.textContent).toBe('a <b>, "c" & d\nnext ');
    expect((await run(...tricky, 'html')).out).toContain('<td>a &lt;b&gt;, &quot;c&quot; &amp; d\nnext');
    expect((await run(...tricky, 'table')).out).toContain('a <b>, "c" & d next\n');
  });

  test('gets and deletes one, which then is not there', async () => {
    const { sid = '' } = await post('Messages', { To: '+12025550112', From: '+34666555777', Body: 'x' });
    expect(await json('messages', 'get', sid)).toMatchObject([{ sid }]);
    await expect.poll(async () => (await json('messages', 'get', sid))[0]?.['status']).toBe('delivered');
    expect((await run('messages', 'delete', sid)).out).toBe(`deleted ${sid}\n`);
    expect(await run('messages', 'delete', sid)).toMatchObject({ code: 1, err: expect.stringContaining('RB0707') });
    expect(await run('messages', 'get', sid)).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no such message'),
    });
  });

  test.each([
    [['message'], 'did you mean "messages"?'],
    [[], 'there are messages, calls, numbers'],
    [['messages', 'mute'], 'there are list, count, get, update, delete'],
    [['messages', 'create'], '"messages create" is not there'],
    [['messages', '--status', 'sent'], 'takes no --status'],
    [['messages', '--date-sent', 'today'], '--date-sent must match pattern'],
    [['messages', '--format', 'yaml'], '--format takes table, json, csv, xml, html'],
    [['messages', '--limit', '0'], '--limit takes a number from 1 on'],
    [['messages', 'get'], 'needs the SID of one'],
    [['messages', '--conference', 'CF1'], 'takes no --conference'],
    [['participants', 'list'], 'needs --conference'],
    [['numbers', 'buy', '12'], 'takes a whole number in E.164 form'],
    [['notifications', '--log', 'x'], '--log takes a number'],
    [['participants', '--muted', 'maybe'], '--muted takes true or false'],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, err, out } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
});

describe('ringbook twilio numbers', () => {
  test('searches what can be bought, shown in full, and buys one with its address', async () => {
    const found = await json('numbers', 'search', '--country', 'US', '--type', 'local', '--area-code', '415');
    const number = found[0]?.['phone_number'] ?? '';
    expect(number).toMatch(/^\+1415\d{7}$/);
    const bought = await json('numbers', 'buy', number, '--voice-url', 'https://example.com/twiml', '--full');
    expect(bought).toMatchObject([{ phone_number: number, voice_url: 'https://example.com/twiml' }]);
    const again = await run('numbers', 'buy', number);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('is there already') });
    expect(again.err).not.toContain(number);
    const changed = await json('numbers', 'update', number, '--sms-url', 'https://example.com/sms');
    expect(changed).toMatchObject([{ sms_url: 'https://example.com/sms' }]);
    expect(changed[0]?.['phone_number']).toContain('•••');
    expect((await run('numbers', 'delete', number)).code).toBe(0);
    expect((await run('numbers', 'get', number)).code).toBe(1);
  });

  test.each([
    [['--region', 'CA', '--limit', '100'], 'region', ['CA']],
    [['--rate-center', 'SEATTLE'], 'rate_center', ['SEATTLE']],
    [['--lata', '722', '--all'], 'lata', ['722']],
    [['--near-number', '+14155550100', '--distance', '25', '--all'], 'locality', ['Oakland', 'San Francisco']],
    [['--near-lat-long', '47.6,-122.3', '--distance', '25', '--all'], 'locality', ['Seattle']],
    [['--country', 'GB', '--type', 'mobile'], 'iso_country', ['GB']],
  ])('searches with %j', async (filters, field, values) => {
    const found = await json('numbers', 'search', ...filters);
    expect(new Set(found.map((one) => one[field]))).toEqual(new Set(values));
  });

  test('searches by the letters of the keys', async () => {
    expect(await json('numbers', 'search', '--contains', 'KLJ', '--limit', '1')).toHaveLength(1);
    const { code, out } = await run('numbers', 'search', '--area-code', '530', '--contains', 'WOLF');
    expect({ code, out }).toEqual({ code: 0, out: 'no number that can be bought is like that\n' });
  });
});

describe('ringbook twilio participants', () => {
  test('mutes one, and is heard in the list', async () => {
    const people = ['+12025550120', '+12025550121'];
    const twiml = '<Response><Dial><Conference>desk</Conference></Dial></Response>';
    for (const To of people) {
      sandbox.phones.setHabit(To, { answers: 'by-hand' });
      const { sid = '' } = await post('Calls', { To, From: '+34666555777', Twiml: twiml });
      await expect.poll(() => sandbox.phones.act({ kind: 'answer', call: sid }), { interval: 1 }).toBeUndefined();
    }
    const conferences = () => json('conferences', '--status', 'in-progress');
    await expect.poll(async () => (await conferences()).length, { timeout: 5_000, interval: 1 }).toBe(1);
    const conference = (await conferences())[0]?.['sid'] ?? '';
    const participants = () => json('participants', '--conference', conference);
    await expect.poll(async () => (await participants()).length, { timeout: 5_000, interval: 1 }).toBe(2);
    const [one] = await participants();
    const muted = await json('participants', 'mute', one?.['call_sid'] ?? '', '--conference', conference);
    expect(muted).toMatchObject([{ muted: true }]);
    expect(await json('participants', '--conference', conference, '--muted', 'true')).toHaveLength(1);
    await json('conferences', 'update', conference, '--status', 'completed');
  });
});

describe('the account', () => {
  test('makes one under it, which is listed without its token', async () => {
    const [made] = await json('accounts', 'create', '--friendly-name', 'billing');
    expect(await json('accounts', '--friendly-name', 'billing')).toMatchObject([
      { sid: made?.['sid'], status: 'active' },
    ]);
    expect(Object.keys(made ?? {})).not.toContain('auth_token');
    expect(await run('accounts', 'create')).toMatchObject({
      code: 2,
      err: expect.stringContaining('needs --friendly-name'),
    });
  });

  test('is that of a resource of the project', async () => {
    await inTemporaryFolder(async (folder) => {
      await mkdir(join(folder, 'resources'));
      await writeFile(
        join(folder, 'resources/phone.yml'),
        'class: TwilioConfig\nuserSid: ${env.SID}\nauthToken: ${env.TOKEN}\nbaseUrl: ${env.ADDRESS}\n',
      );
      const environment = { SID: sandbox.accountSid, TOKEN: sandbox.authToken, ADDRESS: sandbox.url };
      const count = (mid: string, given: object) =>
        inProcess(twilio, ['messages', 'count', '--to', '+12025550110', '--resource', mid], {
          folder,
          environment: given,
        });
      expect(await count('phone', environment)).toMatchObject({ code: 0, out: '5\n' });
      expect((await count('phon', environment)).err).toContain('did you mean "phone"?');
      expect((await count('phone', { ...environment, TOKEN: '' })).err).toContain('TOKEN is not set');
      const refused = await count('phone', { ...environment, TOKEN: 'wrong-token' });
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('20003') });
      expect(refused.err).not.toContain('wrong-token');
    });
  });

  test('that is named nowhere is told by the names of what is missing', async () => {
    const { code, err } = await inProcess(twilio, ['messages'], {
      folder: repository,
      environment: { TWILIO_ACCOUNT_SID: 'AC1' },
    });
    expect(code).toBe(1);
    expect(err).toContain('TWILIO_AUTH_TOKEN is not set');
    expect(err).not.toContain('TWILIO_ACCOUNT_SID is not set');
  });
});

test('prints rows as they come, and keeps none of them', async () => {
  let ahead = 0;
  let most = 0;
  async function* endless() {
    for (let count = 0; count < 20_000; count++) {
      most = Math.max(most, ++ahead);
      yield { sid: String(count) };
    }
  }
  for (const format of ['json', 'csv', 'html', 'xml'] as const) {
    [ahead, most] = [0, 0];
    const rows = { items: endless(), fields: ['sid'], shown: ['sid'], names: ['calls', 'call'] } as const;
    expect(await printRows(rows, format, () => void (ahead = 0))).toBe(20_000);
    expect(most).toBeLessThanOrEqual(2);
  }
});

test('tells the filters, settings and fields of a kind', async () => {
  const { code, out } = await ringbook(['twilio', 'numbers', '--help']).ended;
  expect(code).toBe(0);
  for (const words of ['--near-lat-long', '--region TEXT', 'buy takes the number, and:', 'Fields: sid, phone_number'])
    expect(out).toContain(words);
  const general = await ringbook(['twilio', '--help']).ended;
  expect(general.out).toContain('--full');
  expect(general.out).not.toContain('--near-lat-long ');
});
