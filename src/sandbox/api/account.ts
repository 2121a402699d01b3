import type { HttpResponse } from '../../http/http.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { AccountEntry } from '../ledger.ts';
import { created, type Endpoint, shown, type Visit } from './endpoint.ts';
import { textOf } from './form.ts';
import { list } from './list.ts';
import { refusal } from './refusal.ts';
import { partsOf, pathOf, rfc2822 } from './resource.ts';

/** https://www.twilio.com/docs/iam/api/account */
const NAME_LIMIT = 64;
const STATUSES = ['active', 'suspended', 'closed'] as const;

/** The main account and those under it (https://www.twilio.com/docs/iam/api/account). */
export const accountEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: 'Accounts', handle: listAccounts },
  { method: 'POST', path: 'Accounts', handle: create },
  {
    method: 'GET',
    path: 'Accounts/:account',
    isAlwaysOpen: true,
    handle: ({ account }) => shown(accountResource(account)),
  },
  { method: 'POST', path: 'Accounts/:account', isAlwaysOpen: true, handle: update },
];

function listAccounts(visit: Visit): HttpResponse {
  const { network, account } = visit;
  return list(visit, {
    name: 'accounts',
    entries: network.books.accounts
      .all()
      .filter(({ sid, ownerSid }) => sid === account.sid || ownerSid === account.sid),
    sidOf: ({ sid }) => sid,
    show: accountResource,
    equal: {
      FriendlyName: ({ friendlyName }, wanted) => friendlyName === wanted,
      Status: ({ status }, wanted) => status === wanted,
    },
  });
}

/** There is one level of accounts under the main one, as at Twilio. */
function create({ network, account, form }: Visit): HttpResponse {
  if (account.ownerSid !== account.sid) return refusal(20006);
  const now = network.clock.now();
  const sid = network.newSid('AC');
  const friendlyName = textOf(form, 'FriendlyName') || `SubAccount Created at ${new Date(now).toISOString()}`;
  if (friendlyName.length > NAME_LIMIT) return refusal(20002);
  const entry: AccountEntry = {
    kind: 'account',
    sid,
    accountSid: sid,
    authToken: network.newSid(''),
    friendlyName,
    status: 'active',
    ownerSid: account.sid,
    createdAt: now,
    updatedAt: now,
  };
  return created(accountResource(network.books.accounts.add(entry)));
}

/** An account cannot wake itself: the one above it does. A closed one stays closed. */
function update({ network, account, form }: Visit): HttpResponse {
  const [name, wanted] = [textOf(form, 'FriendlyName'), textOf(form, 'Status')];
  if (name.length > NAME_LIMIT) return refusal(20002);
  const status = STATUSES.find((known) => known === wanted);
  if (wanted && !status) return refusal(21475);
  if (status && account.ownerSid === account.sid) return refusal(21477);
  if (status && account.status === 'closed') return refusal(21479);
  if (status === 'closed') releaseNumbers(network, account);
  const changes = { ...(name && { friendlyName: name }), ...(status && { status }) };
  return shown(accountResource(network.books.accounts.change(account, changes)));
}

function releaseNumbers({ books }: Visit['network'], { sid }: AccountEntry): void {
  for (const number of books.numbers.all()) if (number.accountSid === sid) books.numbers.remove(number.sid);
}

function accountResource(account: AccountEntry): JsonObject {
  const path = pathOf(account.sid);
  return {
    auth_token: account.authToken,
    date_created: rfc2822(account.createdAt),
    date_updated: rfc2822(account.updatedAt),
    friendly_name: account.friendlyName,
    owner_account_sid: account.ownerSid,
    sid: account.sid,
    status: account.status,
    subresource_uris: partsOf(path, ACCOUNT_PARTS),
    type: 'Full',
    uri: `${path}.json`,
  };
}

const ACCOUNT_PARTS = [
  'AvailablePhoneNumbers',
  'Calls',
  'Conferences',
  'IncomingPhoneNumbers',
  'Messages',
  'Notifications',
  'Recordings',
  'Transcriptions',
];
