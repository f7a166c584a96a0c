/*
 * Draws each Slack message into docs/images/slack: `npm run slack-pictures`, with a Chromium on the PATH.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { openChromium } from "./slack-pictures/chromium.ts";
import { pageOf } from "./slack-pictures/page.ts";
import { hashOf, PICTURES, readMessages, SOURCES } from "./slack-pictures/sources.ts";

const messages = readMessages();
const chromium = await openChromium("about:blank");
try {
  await chromium.call("Page.enable");
  const { frameTree } = (await chromium.call("Page.getFrameTree")) as { frameTree: { frame: { id: string } } };
  await chromium.call("Page.setDocumentContent", { frameId: frameTree.frame.id, html: pageOf(messages) });
  await evaluate("document.fonts.ready.then(() => true)");

  mkdirSync(PICTURES, { recursive: true });
  for (const file of readdirSync(PICTURES)) rmSync(new URL(file, PICTURES));
  for (const name of Object.keys(messages)) {
    const box = await evaluate(
      `(({ x, y, width, height }) => ({ x, y, width, height }))(document.getElementById("${name}").getBoundingClientRect())`,
    );
    const clip = { ...(box as object), scale: 1 };
    const { data } = await chromium.call("Page.captureScreenshot", {
      format: "png",
      clip,
      captureBeyondViewport: true,
    });
    writeFileSync(new URL(`${name}.png`, PICTURES), Buffer.from(String(data), "base64"));
  }
  const hashes = Object.entries(messages).map(([name, message]) => [name, hashOf(message)]);
  writeFileSync(SOURCES, `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);
  console.log(`${Object.keys(messages).length} pictures in docs/images/slack`);
} finally {
  await chromium.close();
}

async function evaluate(expression: string): Promise<unknown> {
  const { result } = await chromium.call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  return (result as { readonly value: unknown }).value;
}
