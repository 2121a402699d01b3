import type { HttpRequest } from '../../http/http.ts';
import type { AccountEntry, Ledger } from '../ledger.ts';

/** The account whose id and token a request brings (HTTP Basic), or undefined. */
export function accountOf({ headers }: HttpRequest, accounts: Ledger<AccountEntry>): AccountEntry | undefined {
  const [, encoded = ''] = /^Basic +(\S+)$/i.exec(headers['authorization'] ?? '') ?? [];
  const [, sid = '', token = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  const account = accounts.find(sid);
  return account?.authToken === token ? account : undefined;
}
