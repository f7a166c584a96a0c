/*
 * Draws the plan of docs/images/plan-comment.md as GitHub shows it: `npm run plan-picture`, with a Chromium on the PATH.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { htmlOf } from "./pull-request/page.ts";
import { openChromium } from "./slack-pictures/chromium.ts";

const IMAGES = new URL("../docs/images/", import.meta.url);

const chromium = await openChromium("about:blank");
try {
  await chromium.call("Page.enable");
  const { frameTree } = (await chromium.call("Page.getFrameTree")) as { frameTree: { frame: { id: string } } };
  const html = htmlOf(readFileSync(new URL("plan-comment.md", IMAGES), "utf8"));
  await chromium.call("Page.setDocumentContent", { frameId: frameTree.frame.id, html });
  const { result } = await chromium.call("Runtime.evaluate", {
    expression: "(({ x, y, width, height }) => ({ x, y, width, height }))(document.body.getBoundingClientRect())",
    returnByValue: true,
  });
  const clip = { ...((result as { readonly value: object }).value ?? {}), scale: 1 };
  const shot = await chromium.call("Page.captureScreenshot", { format: "png", clip, captureBeyondViewport: true });
  writeFileSync(new URL("plan-comment.png", IMAGES), Buffer.from(String(shot["data"]), "base64"));
} finally {
  await chromium.close();
}
