import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pageScript } from "@specdrop/console/page-script";
import type { ConsoleState } from "@specdrop/console/state";
import { renderPage } from "@specdrop/console/view/render-page";
import { expect, test } from "vitest";
import { FAILING } from "../console/states/failing.ts";
import { fifty } from "../console/states/fifty.ts";
import { inBrowser, openPage, violationsOn } from "./browser.ts";
import { serve } from "./served.ts";

const BAD = [
  "<img src=x onerror='globalThis.harmed=1'>",
  "</script><script>globalThis.harmed=1</script>",
  '" onfocus=globalThis.harmed=1 autofocus style=color:red x="',
  "javascript:globalThis.harmed=1",
  "a\u202eb</style><style>*{display:none}</style>",
];
const KEPT = new Set(
  "failed blocked drifted pending unproven live none notLive empty suspended notApplied Dropped Planned Applied Deployed Slack".split(
    " ",
  ),
);

/** Every name, id and sentence of a state in the place of one that is meant to harm. */
function hostile(value: unknown, bad: string): unknown {
  if (typeof value === "string")
    return /^\d{4}-|^(?:dev|snapshot|ago|since)$/.test(value) || KEPT.has(value) ? value : `${bad}${value}`;
  if (Array.isArray(value)) return value.map((each) => hostile(each, bad));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hostile(each, bad)]));
}

inBrowser("names that others chose", () => {
  test.each(BAD)("%j harms nothing, wherever it stands", async (bad) => {
    const state = hostile(FAILING, bad) as ConsoleState;
    const { url } = await serve(state);
    const { page } = await openPage();
    await page.goto(url);
    await page.locator("#filter").waitFor();
    for (const tab of ["Try it", "History", "Difference"]) await page.getByRole("tab", { name: tab }).click();
    await page.locator("[data-cell]").nth(3).click();
    expect(
      await page.evaluate(() => [
        "harmed" in globalThis,
        document.querySelectorAll("img, [style], [onfocus], [onerror]").length,
      ]),
    ).toEqual([false, 0]);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
  });

  test("what gets into the page all the same is stopped by its policy", async () => {
    const { url } = await serve(FAILING);
    const { page, complaints } = await openPage();
    await page.goto(url);
    await page.locator("#filter").waitFor();
    const stopped = await page.evaluate(async () => {
      const violations: string[] = [];
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
        violations.push(effectiveDirective),
      );
      const script = document.createElement("script");
      try {
        script.text = "globalThis.harmed = 1";
      } catch {
        violations.push("trusted types");
      }
      document.body.append(script);
      const styled = document.createElement("p");
      styled.setAttribute("style", "color: red");
      document.body.append(styled);
      await fetch("https://example.com/").catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return [violations, "harmed" in globalThis, styled.style.length];
    });
    expect(stopped).toEqual([expect.arrayContaining(["trusted types", "style-src-attr", "connect-src"]), false, 0]);
    complaints.length = 0;
  });
});

inBrowser("a file", () => {
  /** A page on the disk, as `status --html` writes it. */
  async function written(state: ConsoleState): Promise<string> {
    const file = join(mkdtempSync(join(tmpdir(), "specdrop-page-")), "page.html");
    writeFileSync(file, renderPage(state, { script: await pageScript() }));
    return pathToFileURL(file).href;
  }

  test("that is opened from the disk asks nobody for anything, and works", async () => {
    const address = await written(fifty("snapshot"));
    const { page, requests } = await openPage({ colorScheme: "dark" });
    await page.goto(address);
    await page.getByText("Snapshot of 30 Nov 2026, 14:32 UTC").waitFor();
    await page.locator("#filter").fill("service-42");
    await page.getByText("30 of 1,500 shown").waitFor();
    await page.getByRole("region", { name: "API service-42" }).waitFor();
    expect(requests.filter((each) => each !== address && !each.startsWith("data:"))).toEqual([]);
    expect(await violationsOn(page)).toEqual([]);
  });

  test("that is older than a day says what was", async () => {
    const { page } = await openPage();
    await page.goto(await written({ ...fifty("snapshot"), at: "2020-01-01T00:00:00.000Z" }));
    await page.getByRole("heading", { name: "15 of 1,500 responses were not live at" }).waitFor();
  });

  test("has no templates: Try it takes a document that is pasted", async () => {
    const { page } = await openPage();
    await page.goto(`${await written(fifty("snapshot"))}#/try/api0000000/action0`);
    const ok = { IntegrationResponseKey: "$default", ResponseTemplates: { $default: '{"ok": 1}' } };
    await page.getByLabel("The document, as JSON").fill(JSON.stringify({ IntegrationResponses: { ok } }));
    await page.getByText("The client gets this frame").waitFor();
    expect(await page.locator(".frame pre").textContent()).toBe('{"ok": 1}');
  });
});
