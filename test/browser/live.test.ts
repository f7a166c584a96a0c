import { readFile } from "node:fs/promises";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { startStack } from "@specdrop/local/stack";
import { expect, onTestFinished, test } from "vitest";
import { ALL_LIVE } from "../console/states/all-live.ts";
import { FAILING } from "../console/states/failing.ts";
import { fifty } from "../console/states/fifty.ts";
import { inBrowser, openPage, violationsOn } from "./browser.ts";
import { serve } from "./served.ts";

inBrowser("the page of specdrop dev", () => {
  test("begins empty, shows a drop within a second, and takes its three commands to the letter", async () => {
    const stack = await startStack({ sweepEverySeconds: 0 });
    onTestFinished(() => stack.close());
    const s3 = new S3Client({ ...stack.clientSettings, forcePathStyle: true });
    onTestFinished(() => s3.destroy());
    const { page, requests } = await openPage();
    await page.goto(stack.url);
    expect(page.url()).toBe(`${stack.url}/_specdrop/`);
    await page.getByRole("heading", { name: "Drop the first document" }).waitFor();
    const commands = await page.locator(".begin .command code").allTextContents();
    expect(commands[0]).toBe(
      `export AWS_ENDPOINT_URL=${stack.url} AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
    );
    expect(commands.slice(1)).toEqual(["aws s3 cp examples/chat.yaml s3://specs/", "aws s3 rm s3://specs/chat.yaml"]);
    expect(await violationsOn(page)).toEqual([]);

    const latencies: number[] = [];
    const drop = async (Key: string, Body: string | Buffer, seen: string) => {
      const shown = page.locator(".activity").getByText(seen).first().waitFor();
      const at = performance.now();
      await s3.send(new PutObjectCommand({ Bucket: stack.bucket, Key, Body }));
      await shown;
      latencies.push(Math.round(performance.now() - at));
    };
    await drop("chat.yaml", await readFile(new URL("../../examples/chat.yaml", import.meta.url)), "chat.yaml");
    await drop("notes.yaml", "nonsense: true\n", "notes.yaml");
    console.log(`from a drop to the page: ${latencies.join(" and ")} ms`);
    await stack.idle();
    await page.getByRole("heading", { name: /is not applied|unproven|not live/ }).waitFor();
    // Nobody made its API here: nothing of it may look live.
    expect(await page.locator(".legend").textContent()).not.toMatch(/[1-9]\d* live/);
    expect(await violationsOn(page)).toEqual([]);
    expect(requests.filter((address) => !address.startsWith(stack.url) && !address.startsWith("data:"))).toEqual([]);

    await page.getByRole("link", { name: "Try it" }).first().click();
    await page.getByText("The client gets this frame").waitFor();
    expect(await violationsOn(page)).toEqual([]);
  });
});

inBrowser("a page that watches", () => {
  test("shows a change without being loaded again, and says a new verdict aloud", async () => {
    const served = await serve(FAILING);
    const { page } = await openPage();
    await page.goto(served.url);
    await page.getByText("Connected").waitFor();
    await page.evaluate(() => Object.assign(globalThis, { stays: true }));
    await served.show(ALL_LIVE);
    await page.getByRole("heading", { name: "Everything is live" }).waitFor();
    await page.getByRole("status").filter({ hasText: "Now everything is live." }).waitFor({ state: "attached" });
    expect(await page.title()).toBe("✓ live – specdrop dev");
    expect(await page.evaluate(() => "stays" in globalThis)).toBe(true);
  });

  test("keeps focus, what is selected, typed and scrolled to over a hundred updates", async () => {
    const state = fifty("dev");
    const served = await serve(state);
    const { page } = await openPage({ viewport: { width: 1_440, height: 500 } });
    await page.goto(served.url);
    await page.locator("[data-cell]").nth(4).click();
    await page.getByRole("tab", { name: "Try it" }).click();
    const body = page.getByLabel("Body");
    await body.fill('{"half": ');
    await page.evaluate(() => scrollTo(0, 300));
    const before = await page.evaluate(() => [document.querySelector(".selected")?.textContent, scrollY]);
    await body.evaluate((area) => Object.assign(area, { isTheSame: true }));
    for (let update = 1; update <= 100; update++)
      await served.show({
        ...state,
        version: `v${update}`,
        at: new Date(Date.parse(state.at) + update).toISOString(),
        verdict: { ...state.verdict, headline: [`update ${update}`] },
      });
    await page.getByRole("heading", { name: "update 100" }).waitFor();
    expect(await page.evaluate(() => [document.querySelector(".selected")?.textContent, scrollY])).toEqual(before);
    expect(await body.inputValue()).toBe('{"half": ');
    expect(await body.evaluate((area) => [document.activeElement === area, "isTheSame" in area])).toEqual([true, true]);
  });

  test("says what was, once nobody answers, and goes on when somebody does", async () => {
    const served = await serve(ALL_LIVE);
    const { page, complaints } = await openPage();
    await page.goto(served.url);
    await page.getByText("Connected").waitFor();
    const { port } = served.endpoints;
    await served.endpoints.close();
    await page.getByText("Not connected. Last update").waitFor();
    await page.getByRole("heading", { name: "Everything was live at" }).waitFor();
    expect(await page.title()).toBe("? disconnected – specdrop dev");
    await serve(FAILING, port);
    await page.getByRole("heading", { name: "6 of 42 responses are not live" }).waitFor();
    await page.getByText("Connected").waitFor();
    // A browser says each connection that it cannot make.
    expect(complaints.filter((text) => !/ERR_(?:CONNECTION|INCOMPLETE|EMPTY)/.test(text))).toEqual([]);
    complaints.length = 0;
  });

  test("asks from time to time where there is no stream left for it", async () => {
    const served = await serve(FAILING);
    const pages = await Promise.all(Array.from({ length: 16 }, () => fetch(`${served.url}stream`)));
    const { page, complaints } = await openPage();
    await page.goto(served.url);
    await page.locator("#filter").waitFor();
    await served.show(ALL_LIVE);
    await page.getByRole("heading", { name: "Everything is live" }).waitFor();
    for (const { body } of pages) await body?.cancel();
    expect(complaints.every((text) => text.includes("503"))).toBe(true);
    complaints.length = 0;
  });

  test("opens an API that is all live by asking for its rows", async () => {
    const served = await serve(fifty("dev"));
    const { page, requests } = await openPage();
    await page.goto(served.url);
    await page.getByRole("button", { name: /service-07/ }).click();
    await page.getByRole("region", { name: "API service-07" }).getByRole("table").waitFor();
    expect(requests.filter((address) => address.includes("api.json"))).toHaveLength(1);
    await page
      .getByRole("button", { name: /live ones hidden. Show them/ })
      .first()
      .click();
    expect(await page.locator("[data-cell]").count()).toBeGreaterThan(60);
  });
});
