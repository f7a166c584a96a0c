import { existsSync } from "node:fs";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, describe, expect } from "vitest";

/** Debian's, Chrome's, or the one that `CHROMIUM` names. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

/** A browser that is here; of npm's packages that ship one, where it is installed. */
async function findBrowser(): Promise<string | undefined> {
  const here = [process.env["CHROMIUM"], ...PLACES].find((path) => path !== undefined && existsSync(path));
  if (here !== undefined) return here;
  const packaged = "@sparticuz/chromium";
  try {
    const { default: shipped } = (await import(packaged)) as {
      readonly default: { executablePath(): Promise<string> };
    };
    return await shipped.executablePath();
  } catch {
    return undefined;
  }
}

const executablePath = await findBrowser();
if (executablePath === undefined) {
  console.warn(
    "skipped: there is no Chromium here. Install it (Debian: apt-get install chromium), or name one: CHROMIUM=/path/to/it",
  );
}

/** Tests that need a browser; skipped aloud where there is none. */
export const inBrowser = describe.skipIf(executablePath === undefined);

let browser: Promise<Browser> | undefined;

/** A page that counts what it must not do: requests elsewhere, errors, and what the policy had to stop. */
export interface WatchedPage {
  readonly page: Page;
  /** Every address it asked for. */
  readonly requests: readonly string[];
  /** What it said on its console as an error or a warning, and what it threw. */
  readonly complaints: string[];
}

const open: { readonly page: Page; readonly complaints: readonly string[] }[] = [];

export async function openPage(options: BrowserContextOptions = {}): Promise<WatchedPage> {
  browser ??= chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
  const context = await (await browser).newContext({
    viewport: { width: 1440, height: 1000 },
    permissions: ["clipboard-read", "clipboard-write"],
    ...options,
  });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  open.push({ page, complaints });
  return { page, requests, complaints };
}

afterEach(async () => {
  const pages = open.splice(0);
  await Promise.all(pages.map(({ page }) => page.context().close()));
  expect(pages.flatMap(({ complaints }) => complaints)).toEqual([]);
});

afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
});

/** What axe finds wrong, each with the elements it is about. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  // Beside the page's own scripts: its policy lets none in.
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId } = await session.send("Page.createIsolatedWorld", {
    frameId: frameTree.frame.id,
    worldName: "axe",
  });
  await session.send("Runtime.evaluate", { expression: axe.source, contextId: executionContextId });
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression:
      "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target, failureSummary }) => target.join(' ') + ' ' + failureSummary).join(' | ')))",
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
  });
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
  return result.value as readonly string[];
}

/** How much wider than the screen the page is, in pixels. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
