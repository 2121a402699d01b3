import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const bin = fileURLToPath(new URL('../../node_modules/yaml-language-server/bin/yaml-language-server', import.meta.url));

/** A place in a document as LSP counts: from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** What the tests read of a completion. */
export interface Completion {
  readonly label: string;
  readonly insertText?: string;
  readonly documentation?: string | { readonly value: string };
}

/** What the tests read of a diagnostic. */
export interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: Position };
}

/** The real yaml-language-server, spoken to as an editor speaks to it: LSP over standard input and output. */
export interface LanguageServer {
  /** Opens a document and resolves with what is marked in it. */
  open(path: string, text: string): Promise<readonly Diagnostic[]>;
  completions(path: string, position: Position): Promise<readonly Completion[]>;
  /** The text of the hover, empty where there is none. */
  hover(path: string, position: Position): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a server on a folder and shakes hands. */
export async function startLanguageServer(folder: string): Promise<LanguageServer> {
  const child = spawn(process.execPath, [bin, '--stdio'], { cwd: folder });
  const connection = connect(child);
  await connection.request('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: { textDocument: { completion: { completionItem: { snippetSupport: true } } } },
  });
  connection.notify('initialized', {});
  const yaml = { validate: true, completion: true, hover: true, schemaStore: { enable: false } };
  connection.notify('workspace/didChangeConfiguration', { settings: { yaml } });
  const at = (path: string, position: Position) => ({ textDocument: { uri: pathToFileURL(path).href }, position });
  return {
    open: (path, text) => {
      const uri = pathToFileURL(path).href;
      const marked = connection.diagnosticsOf(uri);
      connection.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
      return marked;
    },
    completions: async (path, position) => {
      const list = (await connection.request('textDocument/completion', at(path, position))) as { items: Completion[] };
      return list.items;
    },
    hover: async (path, position) => {
      const found = (await connection.request('textDocument/hover', at(path, position))) as {
        contents: { value: string };
      } | null;
      return found?.contents.value ?? '';
    },
    stop: async () => {
      const gone = new Promise((done) => child.once('close', done));
      await connection.request('shutdown', null);
      connection.notify('exit', null);
      await gone;
    },
  };
}

interface Connection {
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
  diagnosticsOf(uri: string): Promise<readonly Diagnostic[]>;
}

interface LspMessage {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly uri?: string; readonly diagnostics?: readonly Diagnostic[]; readonly items?: unknown[] };
  readonly result?: unknown;
}

/** JSON-RPC with a Content-Length before each message. */
function connect(child: ChildProcessWithoutNullStreams): Connection {
  const answers = new Map<number, (result: unknown) => void>();
  const waiting = new Map<string, (found: readonly Diagnostic[]) => void>();
  let lastId = 0;
  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  onMessage(child, ({ id, method, params, result }) => {
    if (method === undefined && id !== undefined) answers.get(id)?.(result);
    else if (method === 'textDocument/publishDiagnostics') waiting.get(params?.uri ?? '')?.(params?.diagnostics ?? []);
    // The server asks for settings, and to register capabilities: it gets its defaults.
    else if (id !== undefined) send({ id, result: params?.items?.map(() => null) ?? null });
  });
  return {
    request: (method, params) => {
      const id = ++lastId;
      const answer = new Promise<unknown>((done) => answers.set(id, done));
      send({ id, method, params });
      return answer;
    },
    notify: (method, params) => send({ method, params }),
    diagnosticsOf: (uri) => new Promise((done) => waiting.set(uri, done)),
  };
}

function onMessage(child: ChildProcessWithoutNullStreams, heard: (message: LspMessage) => void): void {
  let buffer = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const headerEnd = buffer.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, headerEnd).toString())?.[1]);
      const end = headerEnd + 4 + length;
      if (headerEnd === -1 || buffer.length < end) return;
      heard(JSON.parse(buffer.subarray(headerEnd + 4, end).toString()) as LspMessage);
      buffer = buffer.subarray(end);
    }
  });
}
