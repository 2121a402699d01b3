import { createHash } from 'node:crypto';
import { apiRoutes } from './api/api.ts';
import { accountOf } from './api/credentials.ts';
import { controlRoutes } from './control.ts';
import { newFaultBook } from './faults.ts';
import { newBooks } from './ledger.ts';
import { newLives } from './life/lives.ts';
import { newOptOuts } from './life/opt-out.ts';
import { newOutbound } from './life/outbound.ts';
import type { Network } from './network.ts';
import { pageRoutes } from './page.ts';
import { newPhoneBook } from './phones.ts';
import type { StartSandbox } from './sandbox.ts';

/** Slow enough to be watched, and fast enough not to be waited for. */
const PACE_MS = 300;

/** Hosts that only this machine reaches. */
const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

/** The phone network of this machine. */
export const startSandbox: StartSandbox = async ({
  listen,
  http,
  clock,
  newId,
  host,
  port,
  paceMs = PACE_MS,
  notice,
}) => {
  const stop = new AbortController();
  const account = { accountSid: `AC${hex(newId())}`, authToken: hex(newId()) };
  const book = newPhoneBook(
    () => books,
    () => lives,
  );
  const books = newBooks(clock, book.tell);
  const network: Network = {
    accountSid: account.accountSid,
    clock,
    paceMs,
    stopping: stop.signal,
    send: newOutbound(http, (sid) => books.accounts.find(sid)?.authToken ?? account.authToken, stop.signal),
    books,
    faults: newFaultBook(),
    newSid: (prefix) => `${prefix}${hex(newId())}`,
    baseUrl: () => server.url,
    habitOf: book.habitOf,
    optOuts: newOptOuts(),
  };
  const lives = newLives(network);
  addMainAccount(network, account.authToken);
  const server = await listen({
    host,
    port,
    routes: [
      ...apiRoutes(network, lives),
      ...controlRoutes({
        faults: network.faults,
        phones: book.phones,
        isKnown: (request) => accountOf(request, books.accounts)?.sid === account.accountSid,
        isGuarded: !LOOPBACK.includes(host),
      }),
      ...(await pageRoutes({
        phones: book.phones,
        habitOf: book.habitOf,
        faults: network.faults,
        lines: () => books.numbers.all().map(({ phoneNumber }) => phoneNumber),
        key: account.authToken,
        ...(notice !== undefined && { notice }),
      })),
    ],
  });
  return {
    url: server.url,
    ...account,
    environment: {
      RINGBOOK_SANDBOX_URL: server.url,
      RINGBOOK_SANDBOX_ACCOUNT_SID: account.accountSid,
      RINGBOOK_SANDBOX_AUTH_TOKEN: account.authToken,
    },
    phones: book.phones,
    faults: network.faults,
    takeNumber: (number, url) => takeNumber(network, number, url),
    async close() {
      stop.abort(new Error('the sandbox is closing'));
      await server.close();
      await lives.ended();
    },
  };
};

function addMainAccount({ books, accountSid: sid, clock }: Network, authToken: string): void {
  const at = { createdAt: clock.now(), updatedAt: clock.now() };
  const names = { kind: 'account', friendlyName: 'Sandbox', status: 'active' } as const;
  books.accounts.add({ ...names, ...at, sid, accountSid: sid, ownerSid: sid, authToken });
}

function takeNumber({ books, accountSid, clock, newSid }: Network, phoneNumber: string, url: string): void {
  if (books.numbers.all().some((number) => number.phoneNumber === phoneNumber)) return;
  books.numbers.add({
    kind: 'number',
    sid: newSid('PN'),
    accountSid,
    phoneNumber,
    friendlyName: phoneNumber,
    type: 'local',
    voice: null,
    voiceFallback: null,
    sms: { kind: 'url', url, method: 'POST' },
    smsFallback: null,
    statusCallback: null,
    createdAt: clock.now(),
    updatedAt: clock.now(),
  });
}

/** 32 hexadecimal digits, as Twilio's ids and tokens have, of an id of any form. */
function hex(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 32);
}
