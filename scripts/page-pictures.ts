/*
 * Takes the pictures of the page from real runs of the embedded stack: `npm run page-pictures`, with a Chromium on the
 * machine. Writes docs/images/page-*.png.
 */
import { mkdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { SCENES, type Scene } from "./page-pictures/scenes.ts";

const FOLDER = fileURLToPath(new URL("../docs/images/", import.meta.url));
const only = process.argv.slice(2);

mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  for (const scene of SCENES.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const run = await scene.play();
    try {
      await take(scene, run.address);
    } finally {
      await run.close();
    }
  }
} finally {
  await browser.close();
}

async function take({ name, width, height, scheme = "light", show }: Scene, address: string): Promise<void> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    isMobile: width < 720,
    hasTouch: width < 720,
  });
  const page: Page = await context.newPage();
  // A page of many documents takes a while the first time.
  await page.goto(address, { timeout: 180_000 });
  await page.locator("h1").waitFor();
  await show?.(page);
  await page.evaluate("document.activeElement?.blur()");
  const path = `${FOLDER}page-${name}.png`;
  await page.screenshot({ path });
  await context.close();
  console.log(`docs/images/page-${name}.png: ${Math.round(statSync(path).size / 1_000)} kB`);
}
