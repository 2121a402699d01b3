import type { PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import type { HttpClient, IncomingResponse } from '../../http/http.ts';

/** An account at AWS, as its resource has it. */
export interface Account {
  readonly region: string;
  /** SNS itself, or what AWS_ENDPOINT_URL_SNS says, where absent. */
  readonly endpoint?: string;
  /** The SDK finds its own where absent: in the environment, in ~/.aws, in the machine's role. */
  readonly credentials?: () => Credentials;
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The answer as it came, or why there is none. `isSent` is false where the SDK did not come to send anything. */
export type Exchange = { readonly answer: IncomingResponse } | { readonly failure: unknown; readonly isSent: boolean };

export type Publish = (message: PublishCommandInput, signal: AbortSignal) => Promise<Exchange>;

/** SNS answers within a second or two; whatever takes longer than this is lost. */
const TIMEOUT_MS = 30_000;

/**
 * The SDK finds the keys, builds the request and signs it; our own client sends it, once, with a deadline for the whole
 * exchange, and tells whether a byte had left. The SDK is loaded with the first message.
 */
export function newPublish(account: Account, http: HttpClient): Publish {
  let loading: Promise<Sdk> | undefined;
  return async (message, signal) => {
    loading ??= loadSdk(account, http);
    let exchange: Exchange | undefined;
    const keep = (kept: Exchange): void => {
      exchange = kept;
    };
    try {
      const { client, PublishCommand } = await loading;
      const options: HandlerOptions = { abortSignal: signal, keep };
      await client.send(new PublishCommand(message), options);
    } catch (failure) {
      // The SDK throws for every answer but a good one, and for a request that it could not make.
      exchange ??= { failure, isSent: false };
    }
    return exchange ?? { failure: undefined, isSent: true };
  };
}

interface Sdk {
  readonly client: SNSClient;
  readonly PublishCommand: typeof import('@aws-sdk/client-sns').PublishCommand;
}

async function loadSdk(account: Account, http: HttpClient): Promise<Sdk> {
  const { SNSClient, PublishCommand } = await import('@aws-sdk/client-sns');
  const { region, endpoint, credentials } = account;
  const client = new SNSClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials: async () => credentials() }),
    // It repeats after a 500, a reset and a time-out, where the message may have gone out: the host settles that first.
    maxAttempts: 1,
    requestHandler: newHandler(http),
  });
  return { client, PublishCommand };
}

/** What the SDK hands through from `send` to its handler. */
interface HandlerOptions {
  readonly abortSignal: AbortSignal;
  readonly keep: (exchange: Exchange) => void;
}

/** A request as the SDK hands it to its handler, signed. */
interface Asked {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A form. */
  readonly body?: string;
}

function newHandler(http: HttpClient) {
  return {
    async handle(asked: Asked, options?: object) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ours, from the one place that sends
      const { abortSignal, keep } = options as HandlerOptions;
      try {
        const answer = await http.request(toRequest(asked, abortSignal));
        keep({ answer });
        const body = new TextEncoder().encode(answer.body);
        return { response: { statusCode: answer.status, headers: { ...answer.headers }, body } };
      } catch (failure) {
        keep({ failure, isSent: true });
        throw failure;
      }
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

function toRequest(asked: Asked, signal: AbortSignal): Parameters<HttpClient['request']>[0] {
  const { protocol, hostname, port, path, body = '' } = asked;
  // The client writes these itself, and the same: the signature covers them.
  const { host: _, 'content-length': __, ...headers } = asked.headers;
  const url = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
  return { method: 'POST', url, headers, body, timeoutMs: TIMEOUT_MS, signal };
}
