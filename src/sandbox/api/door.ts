import type { HttpRequest, HttpResponse } from '../../http/http.ts';
import type { AccountEntry } from '../ledger.ts';
import type { Lives, Network } from '../network.ts';
import { accountOf } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import { answerWithFault } from './fault.ts';
import { refusal } from './refusal.ts';

/** Lets a request in to what it asks for, or says why not: who asks, what for, and whose it is, in this order. */
export function enter(
  request: HttpRequest,
  endpoints: readonly Endpoint[],
  network: Network,
  lives: Lives,
): HttpResponse {
  const user = accountOf(request, network.books.accounts);
  if (!user || user.status === 'closed') return strangerRefusal();
  const [path = ''] = request.target.split('?');
  const asked = partsOf(path);
  const found = endpoints.flatMap((endpoint) => {
    const params = asked && matched(endpoint.path.split('/'), asked);
    return params ? [{ endpoint, params }] : [];
  });
  if (found.length === 0) return refusal(20404);
  const one = found.find(({ endpoint }) => endpoint.method === request.method);
  if (!one) return refusal(20004);
  const { endpoint, params } = one;
  const account = params['account'] === undefined ? user : reachable(params['account'], user, network);
  if (!account) return refusal(20404);
  if (user.status !== 'active' || (account.status !== 'active' && !endpoint.isAlwaysOpen)) return refusal(20005);
  const form = new URLSearchParams(request.body.toString('utf8'));
  const visit = { network, lives, account, params, query: request.query, form, path };
  if (!endpoint.isCreation) return endpoint.handle(visit);
  return answerWithFault(network, form.get('To') ?? '', () => endpoint.handle(visit));
}

function strangerRefusal(): HttpResponse {
  const refused = refusal(20003);
  return { ...refused, headers: { ...refused.headers, 'www-authenticate': 'Basic realm="Twilio API"' } };
}

/** The parts of a path after the version, decoded; undefined where it does not end with `.json`, or cannot be read. */
function partsOf(path: string): readonly string[] | undefined {
  if (!path.endsWith('.json')) return undefined;
  try {
    return path.slice(0, -'.json'.length).split('/').slice(2).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** What stands in the path at the names of a pattern; undefined where it does not fit. */
function matched(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, piece] of pattern.entries()) {
    const part = parts[index] ?? '';
    if (piece.startsWith(':')) params[piece.slice(1)] = part;
    else if (piece !== part) return undefined;
  }
  return params;
}

/** An account reaches itself and those under it; any other might as well not be there. */
function reachable(sid: string, user: AccountEntry, { books }: Network): AccountEntry | undefined {
  const account = books.accounts.find(sid);
  return account && (account.sid === user.sid || account.ownerSid === user.sid) ? account : undefined;
}
