import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Both numbers are 0-based, as in the Language Server Protocol. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Squiggle {
  readonly message: string;
  readonly severity: number;
  readonly range: { readonly start: Position; readonly end: Position };
}

/** An editor's view of a language server. */
export interface Editor {
  /** Opens a text under a path, and resolves to what is wrong with it. */
  open(path: string, text: string): Promise<readonly Squiggle[]>;
  complete(path: string, position: Position): Promise<readonly { readonly label: string }[]>;
  hover(path: string, position: Position): Promise<string>;
  close(): Promise<void>;
}

const HERE = import.meta.dirname;
const SERVER = join(HERE, "node_modules/yaml-language-server/bin/yaml-language-server");
const WITHOUT_NETWORK = pathToFileURL(join(HERE, "without-network.js")).href;

/** Starts yaml-language-server in a workspace, with an editor's settings by section. */
export async function startEditor(
  workspace: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Editor> {
  const server = spawn(process.execPath, ["--import", WITHOUT_NETWORK, SERVER, "--stdio"], { cwd: workspace });
  const answers = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  const squiggles = new Map<string, (found: readonly Squiggle[]) => void>();
  const complaints: string[] = [];
  let lastId = 0;
  server.stderr.on("data", (chunk: Buffer) => complaints.push(chunk.toString()));
  const ended = new Promise<number | null>((done) => server.once("close", done));
  void ended.then((code) => {
    for (const { reject } of answers.values())
      reject(new Error(`the server ended with ${code}: ${complaints.join("")}`));
  });
  readMessages(server, receive);

  function receive({ id, method, params, result, error }: Message): void {
    if (method === undefined) {
      const waiting = answers.get(Number(id));
      answers.delete(Number(id));
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error.message));
    } else if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly Squiggle[] };
      squiggles.get(uri)?.(diagnostics);
      squiggles.delete(uri);
    } else if (id !== undefined) {
      const items = method === "workspace/configuration" ? (params as { items: { section: string }[] }).items : [];
      write(server, { id, result: items.map(({ section }) => settings[section] ?? {}) });
    }
  }

  function ask(method: string, params: unknown): Promise<unknown> {
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      answers.set(id, { resolve, reject });
      write(server, { id, method, params });
    });
  }

  const uriOf = (path: string): string => pathToFileURL(join(workspace, path)).href;
  const at = (path: string, position: Position) => ({ textDocument: { uri: uriOf(path) }, position });

  await ask("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(workspace).href,
    workspaceFolders: [{ name: "workspace", uri: pathToFileURL(workspace).href }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true },
      textDocument: {
        completion: { completionItem: { snippetSupport: true } },
        hover: { contentFormat: ["plaintext"] },
      },
    },
  });
  write(server, { method: "initialized", params: {} });

  return {
    open(path, text) {
      const uri = uriOf(path);
      const found = new Promise<readonly Squiggle[]>((resolve, reject) => {
        squiggles.set(uri, resolve);
        void ended.then((code) => reject(new Error(`the server ended with ${code}: ${complaints.join("")}`)));
      });
      write(server, {
        method: "textDocument/didOpen",
        params: { textDocument: { uri, languageId: "yaml", version: 1, text } },
      });
      return found;
    },
    async complete(path, position) {
      const reply = await ask("textDocument/completion", at(path, position));
      return (reply as { items: { label: string }[] }).items;
    },
    async hover(path, position) {
      const reply = (await ask("textDocument/hover", at(path, position))) as { contents: { value: string } } | null;
      return reply?.contents.value ?? "";
    },
    async close() {
      await ask("shutdown", null);
      write(server, { method: "exit" });
      await ended;
    },
  };
}

function write(server: ChildProcessWithoutNullStreams, message: object): void {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function readMessages(server: ChildProcessWithoutNullStreams, receive: (message: Message) => void): void {
  let buffer = Buffer.alloc(0);
  server.stdout.on("data", (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const end = buffer.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.subarray(0, Math.max(end, 0)).toString())?.[1]);
      if (end < 0 || buffer.length < end + 4 + length) return;
      const body = buffer.subarray(end + 4, end + 4 + length).toString();
      buffer = buffer.subarray(end + 4 + length);
      receive(JSON.parse(body) as Message);
    }
  });
}
