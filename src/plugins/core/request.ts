import { type HttpClient, type IncomingResponse, RequestFailed } from '../../http/http.ts';
import { type Op, type OpContext, OpFailed } from '../../plugin/plugin.ts';
import { asObject, inWords, type Json, type JsonObject } from '../../schema/schema.ts';
import { refusalOf } from './address.ts';

/** Asks a web address; its result is the answer. No redirect is followed, and no answer is a failure by its status alone. */
export const request: Op = async (args, context) => {
  const url = inWords(args['url'] ?? '');
  const refusal = refusalOf(url);
  if (refusal) throw new OpFailed(`"url" is not asked: ${refusal}`);
  const { status, headers, body } = await ask(toRequest(url, args), context);
  return { status, headers, body };
};

/** Before it gives up. Workers wait with it, so that it is not long. */
const DEFAULT_TIMEOUT_SECONDS = 10;

type Asked = Parameters<HttpClient['request']>[0];

function toRequest(url: string, args: JsonObject): Asked {
  const { body, timeoutSeconds } = args;
  const headers = headersOf(args['headers']);
  const isJson = body != null && typeof body !== 'string';
  if (isJson && !Object.hasOwn(headers, 'content-type')) headers['content-type'] = 'application/json';
  return {
    method: methodOf(args),
    url,
    headers,
    ...(body != null && { body: inWords(body) }),
    timeoutMs: (typeof timeoutSeconds === 'number' ? timeoutSeconds : DEFAULT_TIMEOUT_SECONDS) * 1_000,
  };
}

function methodOf({ method, body }: JsonObject): Asked['method'] {
  if (method === 'GET' || method === 'POST' || method === 'DELETE') return method;
  return body == null ? 'GET' : 'POST';
}

/** By their names in lower case, so that none is sent twice. */
function headersOf(headers: Json | undefined): Record<string, string> {
  const entries = Object.entries(asObject(headers) ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), inWords(value)]));
}

async function ask(asked: Asked, { http, signal }: OpContext): Promise<IncomingResponse> {
  try {
    return await http.request({ ...asked, signal });
  } catch (failure) {
    signal.throwIfAborted();
    if (!(failure instanceof RequestFailed)) throw failure;
    // The path and the query may hold what is nobody's business.
    const { host } = new URL(asked.url);
    const fate = failure.sent ? '; whether the request was acted on is not known' : '';
    throw new OpFailed(`no answer from ${host}: ${failure.message}${fate}`, failure);
  }
}
