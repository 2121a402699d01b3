import { readFileSync } from 'node:fs';
import { type HttpRequest, type HttpResponse, json, type Route } from '../http/http.ts';
import { isE164, maskNumber } from '../message/message.ts';
import { asObject, compileSchema, type JsonObject, type Violation } from '../schema/schema.ts';
import type { Action, FaultRule, Faults, Habit, PhoneEntry, Phones } from './sandbox.ts';

/** What can be steered, and who may see it whole. */
export interface Controlled {
  readonly faults: Faults;
  readonly phones: Phones;
  /** Whether a request brings the id and the token of the account. */
  readonly isKnown: (request: HttpRequest) => boolean;
  /** Whether a request has to: where the server can be reached from another machine. */
  readonly isGuarded: boolean;
}

/** Entries that are told at once; a person looks at the last few. */
const SHOWN_LIMIT = 200;
/** Far more than anyone steers by hand; bounds what each request costs. */
const RULE_LIMIT = 1000;

/** Faults and phones, steered over HTTP as docs/sandbox.md says. */
export function controlRoutes(controlled: Controlled): Route[] {
  const { faults, phones, isKnown } = controlled;
  const route = (method: Route['method'], name: string, handle: Route['handle']): Route => ({
    method,
    path: `/sandbox/${name}`,
    handle: (request) => refusalOf(request, controlled) ?? handle(request),
  });
  return [
    route('GET', 'faults', (request) => json(200, { faults: shownRules(faults, isKnown(request)) })),
    route('POST', 'faults', (request) => withBody(request, 'fault', (rule) => addRule(faults, rule))),
    route('DELETE', 'faults', () => {
      faults.clear();
      return { status: 204 };
    }),
    route('GET', 'phones', (request) => json(200, shownPhones(phones, isKnown(request)))),
    route('POST', 'phones', (request) =>
      withBody(request, 'phone', ({ number, habit }) => {
        phones.setHabit(number, habit);
        return { status: 204 };
      }),
    ),
    route('POST', 'actions', (request) => withBody(request, 'action', (action) => act(phones, action))),
  ];
}

/** A web page that the user has open somewhere must not steer the sandbox: it says where it is from, and cannot send JSON unasked. */
function refusalOf(request: HttpRequest, { isKnown, isGuarded }: Controlled): HttpResponse | undefined {
  const { origin, host } = request.headers;
  if (origin !== undefined && URL.parse(origin)?.host !== host) {
    return problem(403, 'This page is not of the sandbox: send no Origin header, or open the sandbox itself.');
  }
  if (isGuarded && !isKnown(request)) {
    const refused = problem(401, 'Say who you are: the id of the account and its token, as HTTP Basic.');
    return { ...refused, headers: { ...refused.headers, 'www-authenticate': 'Basic realm="Ringbook sandbox"' } };
  }
  if (request.method === 'POST' && !/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    return problem(415, 'The body has to be JSON, with the header content-type: application/json.');
  }
  return undefined;
}

function problem(status: number, error: string, problems?: readonly string[]): HttpResponse {
  return json(status, { error, ...(problems && { problems }) });
}

/** What a body is, once it fits the schema of its name. */
interface Bodies {
  readonly fault: FaultRule;
  readonly phone: { readonly number: string; readonly habit: Habit };
  readonly action: Action;
}

/** Hands the body on once it fits the schema of its name. */
function withBody<Name extends keyof Bodies>(
  request: HttpRequest,
  name: Name,
  handle: (body: Bodies[Name]) => HttpResponse,
): HttpResponse {
  let body: Bodies[Name];
  try {
    body = JSON.parse(request.body.toString('utf8'));
  } catch {
    return problem(400, 'The body is not JSON.');
  }
  const violations = compileSchema(schemaOf(name))(body);
  if (violations.length === 0) return handle(body);
  return problem(400, `This is no ${name}: docs/sandbox.md shows what one looks like.`, violations.map(inWords));
}

const schemas = new Map<string, JsonObject>();

/** Read when it is first asked for: most sandboxes are never steered. */
function schemaOf(name: keyof Bodies): JsonObject {
  const file = new URL(`../../schemas/sandbox/${name}.json`, import.meta.url);
  const schema = schemas.get(name) ?? asObject(JSON.parse(readFileSync(file, 'utf8'))) ?? {};
  schemas.set(name, schema);
  return schema;
}

function inWords({ path, keyword, key, message }: Violation): string {
  const place = path.join('.') || 'the body';
  if (keyword === 'required') return `${place} needs "${key}"`;
  return keyword === 'additionalProperties' ? `${place} does not belong there` : `${place} ${message}`;
}

function addRule(faults: Faults, rule: FaultRule): HttpResponse {
  if (faults.list().length >= RULE_LIMIT) return problem(409, `There are ${RULE_LIMIT} faults: take them away first.`);
  faults.add(rule);
  return json(201, rule);
}

function act(phones: Phones, action: Action): HttpResponse {
  const reason = phones.act(action);
  return reason === undefined ? { status: 204 } : problem(409, reason);
}

function shownRules(faults: Faults, isWhole: boolean): readonly FaultRule[] {
  return faults.list().map((rule) => (rule.number && !isWhole ? { ...rule, number: masked(rule.number) } : rule));
}

function shownPhones(phones: Phones, isWhole: boolean): JsonObject {
  const told = (number: string): string => (isWhole ? number : masked(number));
  const entry = ({ to, from, note, ...rest }: PhoneEntry) => ({
    ...rest,
    to: told(to),
    from: told(from),
    note: note ?? null,
  });
  return {
    phones: [...phones.people()].map(([number, { answers, presses = [], says = [] }]) => ({
      number: told(number),
      habit: { answers, presses: [...presses], says: [...says] },
    })),
    entries: phones.entries().slice(0, SHOWN_LIMIT).map(entry),
  };
}

/** A sender may be a name, which is there to be seen. */
function masked(sender: string): string {
  return isE164(sender) ? maskNumber(sender) : sender;
}
