import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome-headless-shell"];

/** A browser without a window, spoken to by its DevTools protocol: https://chromedevtools.github.io/devtools-protocol/ */
export interface Chromium {
  /** Resolves to the answer's `result`; rejects where the browser says it is an error. */
  call(method: string, params?: object): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

/** Opens a page. Throws an Error that says what to install where there is no browser. */
export async function openChromium(url: string): Promise<Chromium> {
  const name = [process.env["CHROMIUM"] ?? "", ...NAMES].find(
    (one) => one !== "" && spawnSync(one, ["--version"]).status === 0,
  );
  if (name === undefined) {
    throw new Error(
      "There is no Chromium here. Install it (Debian: apt-get install chromium fonts-noto-color-emoji), or name one: CHROMIUM=/path/to/it",
    );
  }
  const profile = mkdtempSync(path.join(tmpdir(), "specdrop-chromium-"));
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking"];
  const browser = spawn(name, [...flags, `--user-data-dir=${profile}`, "--remote-debugging-port=0", url], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const socket = await connect(browser);
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  let calls = 0;
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error } = JSON.parse(String(data));
    if (error === undefined) waiting.get(id)?.resolve(result as never);
    else waiting.get(id)?.reject(new Error(error.message));
    waiting.delete(id);
  });
  return {
    call: (method, params = {}) =>
      new Promise((resolve, reject) => {
        calls++;
        waiting.set(calls, { resolve, reject });
        socket.send(JSON.stringify({ id: calls, method, params }));
      }),
    async close() {
      socket.close();
      const ended = new Promise((resolve) => browser.once("exit", resolve));
      browser.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** To the one page there is. The browser says on its standard error where it listens. */
async function connect(browser: ChildProcess): Promise<WebSocket> {
  const port = await new Promise<string>((resolve, reject) => {
    let said = "";
    browser.once("error", reject);
    browser.once("exit", () => reject(new Error(`The browser ended: ${said}`)));
    browser.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = /ws:\/\/[^:]+:(\d+)\//.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const pages = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as readonly {
    readonly type: string;
    readonly webSocketDebuggerUrl: string;
  }[];
  const page = pages.find(({ type }) => type === "page");
  if (page === undefined) throw new Error("The browser has opened no page");
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error("The browser cannot be spoken to")));
  });
  return socket;
}
