import { gzipSync } from "node:zlib";
import { pageScript } from "@specdrop/console/page-script";
import type { ConsoleState } from "@specdrop/console/state";
import { renderPage } from "@specdrop/console/view/render-page";
import { expect, test } from "vitest";
import { EMPTY } from "../console/states/empty.ts";
import { FAILING } from "../console/states/failing.ts";
import { fifty } from "../console/states/fifty.ts";
import { inBrowser, openPage } from "./browser.ts";
import { serve } from "./served.ts";

const KB = 1_024;
const script = await pageScript();
const sizeOf = (state: ConsoleState) => gzipSync(renderPage(state, { script }), { level: 9 }).length;

/** Kilobytes with gzip. The engine of Try it is 21 of them: the page evaluates by itself. */
test.each([
  ["dev without documents", EMPTY, 58],
  ["dev with problems", FAILING, 60],
  ["dev with 200 documents", fifty("dev"), 60],
  ["a file with 200 documents and 1,500 responses", fifty("snapshot"), 90],
] as const)("%s has at most its size", (name, state, most) => {
  const size = sizeOf(state) / KB;
  console.log(`${name}: ${size.toFixed(1)} KB gzip of ${most}`);
  expect(size).toBeLessThanOrEqual(most);
});

inBrowser("with 200 documents and 1,500 responses", () => {
  test("first paint, an update and the filter are measured, and printed", async () => {
    const state = fifty("dev");
    const served = await serve(state);
    const { page } = await openPage();
    const started = performance.now();
    await page.goto(served.url);
    await page.locator("#filter").waitFor();
    const ready = performance.now() - started;
    const paint = await page.evaluate(() =>
      performance.getEntriesByType("paint").map(({ name, startTime }) => [name, Math.round(startTime)]),
    );
    expect(Object.fromEntries(paint)).toHaveProperty("first-contentful-paint");
    console.log(`first paint ${JSON.stringify(Object.fromEntries(paint))} ms, usable after ${Math.round(ready)} ms`);

    const latencies: number[] = [];
    for (let update = 1; update <= 10; update++) {
      const headline = `update ${update}`;
      const seen = page.getByRole("heading", { name: headline, exact: true }).waitFor();
      const at = performance.now();
      await served.show({ ...state, version: headline, verdict: { ...state.verdict, headline: [headline] } });
      await seen;
      latencies.push(performance.now() - at);
    }
    latencies.sort((one, other) => one - other);
    console.log(
      `from a change to the page: median ${Math.round(latencies[5] ?? 0)} ms, longest ${Math.round(latencies[9] ?? 0)} ms`,
    );
  });

  test("1,500 rows are drawn, filtered and drawn again", async () => {
    const state = fifty("snapshot");
    const rendered = performance.now();
    renderPage(state, { script });
    const inNode = performance.now() - rendered;
    const served = await serve({ ...state, where: { ...state.where, kind: "dev" } });
    const { page } = await openPage();
    await page.goto(served.url);
    const filter = page.locator("#filter");
    await filter.waitFor();
    const spent = await page.evaluate(async () => {
      const field = document.querySelector<HTMLInputElement>("#filter");
      if (field === null) return [];
      const times: number[] = [];
      for (const text of ["s", "service-4", "response1", ""]) {
        const at = performance.now();
        field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((resolve) => requestAnimationFrame(resolve));
        times.push(Math.round(performance.now() - at));
      }
      return times;
    });
    console.log(`rendered in Node in ${Math.round(inNode)} ms; each filter in ${spent.join(", ")} ms`);
    await filter.fill("response29");
    await page.getByText("50 of 1,500 shown").waitFor();
  });
});
