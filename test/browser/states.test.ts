import type { ConsoleState } from "@specdrop/console/state";
import { expect, test } from "vitest";
import { ALL_LIVE } from "../console/states/all-live.ts";
import { EMPTY } from "../console/states/empty.ts";
import { FAILING } from "../console/states/failing.ts";
import { fifty, ONE } from "../console/states/fifty.ts";
import { inBrowser, openPage, sideways, violationsOn } from "./browser.ts";
import { serve } from "./served.ts";

const STATES: readonly (readonly [string, ConsoleState])[] = [
  ["empty", EMPTY],
  ["one document", ONE],
  ["failing", FAILING],
  ["all live", ALL_LIVE],
  ["200 documents", fifty("dev")],
];

inBrowser("every state", () => {
  test.each(
    STATES.flatMap(([name, state]) => (["light", "dark"] as const).map((scheme) => [name, scheme, state] as const)),
  )("%s, %s: no violation, no complaint, no request elsewhere", async (_, colorScheme, state) => {
    const { url } = await serve(state);
    const { page, requests } = await openPage({ colorScheme });
    await page.goto(url);
    await page.locator("footer ul.keys").waitFor();
    expect(await page.locator("h1").count()).toBe(1);
    expect(await violationsOn(page)).toEqual([]);
    expect(requests.filter((address) => !address.startsWith(url) && !address.startsWith("data:"))).toEqual([]);
    expect(await page.title()).toContain("specdrop dev");
  });

  test.each(STATES)("%s scrolls in one direction only, from 320 to 1440 px", async (_, state) => {
    const { url } = await serve(state);
    const { page } = await openPage();
    await page.goto(url);
    await page.locator("footer").waitFor();
    for (const width of [320, 390, 720, 1_100, 1_440]) {
      await page.setViewportSize({ width, height: 800 });
      expect([width, await sideways(page)]).toEqual([width, 0]);
    }
  });

  test("on a phone: no violation in the page, the inspector and Try it, which are views of their own", async () => {
    const { url } = await serve(FAILING);
    const { page } = await openPage({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.goto(url);
    await page.locator("section.api").waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole("button", { name: "/4\\d\\d/, messageRefused, failed" }).click();
    await page.getByRole("heading", { name: /messageRefused/ }).waitFor();
    expect(await page.locator("section.problems").isVisible()).toBe(false);
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole("link", { name: "Back" }).click();
    await page.locator("section.problems").waitFor();
    await page.getByRole("link", { name: "Try it" }).first().click();
    await page.getByText("The client gets this frame").waitFor();
    expect(await violationsOn(page)).toEqual([]);
    expect(await sideways(page)).toBeLessThanOrEqual(0);
  });

  test("at 200 % and with wide text nothing is cut off", async () => {
    const { url } = await serve(FAILING);
    const { page } = await openPage({ viewport: { width: 720, height: 500 }, deviceScaleFactor: 2 });
    await page.goto(url);
    await page.locator("section.inspector").waitFor({ state: "attached" });
    await page.evaluate(() => {
      for (const each of document.querySelectorAll<HTMLElement>("*")) {
        each.style.setProperty("letter-spacing", "0.12em");
        each.style.setProperty("word-spacing", "0.16em");
        each.style.setProperty("line-height", "1.5");
      }
    });
    expect(await sideways(page)).toBeLessThanOrEqual(0);
  });

  test("nothing moves, and forced colours keep every shape", async () => {
    const { url } = await serve(FAILING);
    const { page } = await openPage({ forcedColors: "active", reducedMotion: "reduce" });
    await page.goto(url);
    await page.locator("section.inspector").waitFor();
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll("*")].filter((each) => {
          const { transitionDuration, animationName } = getComputedStyle(each);
          return transitionDuration !== "0s" || animationName !== "none";
        }).length,
    );
    expect(moving).toBe(0);
    expect(await violationsOn(page)).toEqual([]);
  });

  test("without script the page says all but what needs one", async () => {
    const { url } = await serve(FAILING);
    const { page } = await openPage({ javaScriptEnabled: false });
    await page.goto(url);
    for (const text of [
      "6 of 42 responses are not live",
      "AWS refused the new",
      "nothing goes back to the client",
      "8 accepted, 7 live",
      "revision 7",
      "Activity",
    ]) {
      expect(await page.getByText(text).first().isVisible(), text).toBe(true);
    }
    expect(await page.locator("#filter").count()).toBe(0);
    expect(await page.getByRole("tab").count()).toBe(0);
  });
});
