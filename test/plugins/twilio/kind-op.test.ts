import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { type HttpClient, type OutgoingRequest, RequestFailed } from '../../../src/http/http.ts';
import { listen } from '../../../src/http/server.ts';
import type { OpContext, StepNote } from '../../../src/plugin/plugin.ts';
import { twilioCreate } from '../../../src/plugins/twilio/twilio_create.ts';
import { twilioDelete } from '../../../src/plugins/twilio/twilio_delete.ts';
import { twilioFetch } from '../../../src/plugins/twilio/twilio_fetch.ts';
import { twilioList } from '../../../src/plugins/twilio/twilio_list.ts';
import { twilioUpdate } from '../../../src/plugins/twilio/twilio_update.ts';
import { Secret } from '../../../src/resource/resource.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import type { Json, JsonObject } from '../../../src/schema/schema.ts';
import { realClock } from '../../../src/time/real.ts';
import { newContext } from '../context.ts';

let sandbox: Sandbox;
const http = newHttpClient();
const asked: OutgoingRequest[] = [];
/** What happens to a request in place of the wire. */
let accident: ((request: OutgoingRequest) => Promise<void>) | undefined;

const wire: HttpClient = {
  async request(request) {
    asked.push(request);
    await accident?.(request);
    return http.request(request);
  },
  close: async () => {},
};

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
});
afterAll(async () => {
  await sandbox.close();
  await http.close();
});
beforeEach(() => {
  asked.length = 0;
  accident = undefined;
});

function context(note: StepNote = { kept: undefined, keep: async () => {} }): OpContext {
  const resource = {
    mid: 'phone',
    class: 'TwilioConfig',
    settings: { userSid: sandbox.accountSid, baseUrl: sandbox.url },
    secrets: { authToken: new Secret(sandbox.authToken) },
  };
  return { ...newContext(wire, {}), resource: () => resource, note };
}

/** A note that is kept as the journal keeps it. */
function newNote(): StepNote & { kept: Json | undefined } {
  const note: StepNote & { kept: Json | undefined } = {
    kept: undefined,
    keep: async (value) => {
      note.kept ??= value;
    },
  };
  return note;
}

function items(result: Json): readonly JsonObject[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the result of twilio_list
  return (result as { items: readonly JsonObject[] }).items;
}

async function text(to: string, body: string): Promise<void> {
  const address = `${sandbox.url}/2010-04-01/Accounts/${sandbox.accountSid}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${sandbox.accountSid}:${sandbox.authToken}`).toString('base64')}`;
  const form = new URLSearchParams({ To: to, From: '+34666555777', Body: body });
  const answer = await http.request({
    method: 'POST',
    url: address,
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    timeoutMs: 5_000,
  });
  if (answer.status !== 201) throw new Error(answer.body);
}

describe('twilio_list', () => {
  test('goes over pages until it has as many as it may, and says whether there are more', async () => {
    for (let count = 0; count < 5; count++) await text('+12025550110', `number ${count}`);
    const list = (limit: number) =>
      twilioList({ resource: 'phone', of: 'messages', where: { to: '+12025550110' }, limit }, context());
    const three = await list(3);
    expect(three).toMatchObject({ more: true });
    expect(items(three).map(({ body }) => body)).toEqual(['number 4', 'number 3', 'number 2']);
    expect(await list(5)).toMatchObject({ more: false, items: { length: 5 } });
  });

  test('asks in the words of Twilio, and tells its fields alone', async () => {
    await twilioList(
      { resource: 'phone', of: 'calls', where: { start_time_after: '2026-11-01', status: 'busy' } },
      context(),
    );
    const { searchParams, pathname } = new URL(asked[0]?.url ?? '');
    expect(pathname).toContain('/Calls.json');
    expect([...searchParams.keys()].toSorted()).toEqual(['PageSize', 'StartTime>', 'Status']);
    expect(searchParams.get('StartTime>')).toBe('2026-11-01');
    const accounts = items(await twilioList({ resource: 'phone', of: 'accounts' }, context()));
    expect(Object.keys(accounts[0] ?? {})).not.toContain('auth_token');
  });

  test('finds numbers that can be bought by where they are and what they spell', async () => {
    const found = items(
      await twilioList(
        { resource: 'phone', of: 'available_phone_numbers', where: { type: 'toll-free', contains: '80' }, limit: 2 },
        context(),
      ),
    );
    expect(asked[0]?.url).toContain('/AvailablePhoneNumbers/US/TollFree.json');
    expect(found.every(({ iso_country }) => iso_country === 'US')).toBe(true);
  });

  test('holds what only the event has against the filters of the kind', async () => {
    const list = twilioList({ resource: 'phone', of: 'messages', where: { to: 'bob' } }, context());
    await expect(list).rejects.toThrow('"where.to" must be a phone number in E.164 form');
    expect(asked).toEqual([]);
  });

  test('gives up on a list that leads to another machine', async () => {
    const evil: HttpClient = {
      request: async (request) => {
        asked.push(request);
        return {
          status: 200,
          headers: {},
          body: '{"messages":[{"sid":"SM1"}],"next_page_uri":"@127.0.0.2/2010-04-01/x"}',
        };
      },
      close: async () => {},
    };
    await twilioList({ resource: 'phone', of: 'messages' }, { ...context(), http: evil });
    expect(asked).toHaveLength(1);
  });
});

describe('a number', () => {
  const NUMBER = '+12025550123';
  const create = (note?: StepNote, number = NUMBER) =>
    twilioCreate(
      { resource: 'phone', of: 'incoming_phone_numbers', with: { phone_number: number, friendly_name: 'desk' } },
      context(note),
    );
  const purchases = () => asked.filter(({ method }) => method === 'POST').length;

  test('is bought, fetched, changed, and given back once', async () => {
    const bought = await create();
    expect(bought).toMatchObject({ phone_number: NUMBER, friendly_name: 'desk' });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the result of twilio_create
    const { sid } = bought as { sid: string };
    const one = { resource: 'phone', of: 'incoming_phone_numbers', sid };
    await twilioUpdate({ ...one, with: { voice_url: 'https://example.com/twiml', voice_method: 'GET' } }, context());
    expect(await twilioFetch(one, context())).toMatchObject({
      voice_url: 'https://example.com/twiml',
      voice_method: 'GET',
    });
    expect(await twilioDelete(one, context())).toEqual({ deleted: true });
    expect(await twilioDelete(one, context())).toEqual({ deleted: false });
    await expect(twilioFetch(one, context())).rejects.toThrow('there is no such number of the account');
  });

  test('is not bought again by a step that was cut off after the purchase', async () => {
    const note = newNote();
    const bought = await create(note, '+12025550124');
    asked.length = 0;
    expect(await create(note, '+12025550124')).toEqual(bought);
    expect(purchases()).toBe(0);
  });

  test('is bought by a step that was cut off before the purchase', async () => {
    const note = newNote();
    accident = async ({ method }) => {
      if (method === 'POST') throw new RequestFailed('the host went down', false);
    };
    await expect(create(note, '+12025550125')).rejects.toThrow('Twilio could not be asked: the host went down');
    accident = undefined;
    asked.length = 0;
    expect(await create(note, '+12025550125')).toMatchObject({ phone_number: '+12025550125' });
    expect(purchases()).toBe(1);
  });

  test('whose purchase got no answer is looked for, and found', async () => {
    accident = async (request) => {
      if (request.method !== 'POST') return;
      await http.request(request);
      throw new RequestFailed('the line went dead', true);
    };
    expect(await create(newNote(), '+12025550126')).toMatchObject({ phone_number: '+12025550126' });
    expect(purchases()).toBe(1);
  });

  test('whose purchase got no answer and that is not there fails, and says where to look', async () => {
    accident = async ({ method }) => {
      if (method === 'POST') throw new RequestFailed('the line went dead', true);
    };
    await expect(create(newNote(), '+12025550127')).rejects.toThrow('look with `ringbook twilio numbers list`');
    expect(purchases()).toBe(1);
  });

  test('that the account has is not bought again', async () => {
    await expect(create(newNote(), '+12025550126')).rejects.toThrow('is there already');
    expect(purchases()).toBe(0);
  });

  test('is refused in words that hold no number', async () => {
    const refused = create(newNote(), '+15005550000');
    await expect(refused).rejects.toThrow(/^Twilio refused it \(21422\)/);
    await expect(refused).rejects.not.toThrow('+15005550000');
  });
});

describe('an account', () => {
  const create = (note: StepNote, name: string) =>
    twilioCreate({ resource: 'phone', of: 'accounts', with: { friendly_name: name } }, context(note));

  test('is not made again where nobody can say whether it was', async () => {
    const note = newNote();
    accident = async ({ method }) => {
      if (method === 'POST') throw new RequestFailed('the line went dead', true);
    };
    await expect(create(note, 'billing')).rejects.toThrow('not tried again blindly');
    accident = undefined;
    asked.length = 0;
    await expect(create(note, 'billing')).rejects.toThrow('not tried again blindly');
    expect(asked.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('that a step made before it was cut off is found', async () => {
    const note = newNote();
    const made = await create(note, 'sales');
    expect(await create(note, 'sales')).toEqual(made);
  });
});
