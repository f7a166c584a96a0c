import { expect, test } from "vitest";
import { FAILING } from "../console/states/failing.ts";
import { inBrowser, openPage } from "./browser.ts";
import { serve } from "./served.ts";

inBrowser("the keyboard alone", () => {
  test("leads from the problem to its cell, its difference, Try it, its history and its command", async () => {
    const { url } = await serve(FAILING);
    const { page } = await openPage();
    await page.goto(url);
    const { keyboard } = page;
    await page.getByText("Connected").waitFor();
    const current = () => page.locator(".problem.current").getAttribute("data-problem");
    expect(await current()).toBe(FAILING.problems[0]?.id);
    await keyboard.press("n");
    await keyboard.press("n");
    await keyboard.press("n");
    expect(await current()).toBe(FAILING.problems[2]?.id);
    await keyboard.press("p");
    await keyboard.press("p");
    expect(await current()).toBe(FAILING.problems[0]?.id);
    await keyboard.press("c");
    await page.getByRole("button", { name: "Copied the command" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("aws s3 cp messages.yaml s3://specs/chat/");

    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.locator("[data-cell]").first().focus();
    expect(await focused()).toContain("messageSent");
    await keyboard.press("ArrowDown");
    expect(await focused()).toContain("messageRefused");
    await keyboard.press("ArrowRight");
    expect(await focused()).toContain("refused by AWS");
    await keyboard.press("ArrowLeft");
    await keyboard.press("Enter");
    await keyboard.press("t");
    await page.getByLabel("Body").waitFor();
    await keyboard.press("h");
    await page.getByText("revision 7").first().waitFor();
    await keyboard.press("d");
    await page.locator(".diff ins").first().waitFor();
    expect(await page.locator("ins .unseen").first().textContent()).toBe("added: ");
    await keyboard.press("Escape");
    await page.locator("section.inspector").waitFor({ state: "detached" });
  });

  test("filters, clears and lets go; single keys do nothing in a field, or once they are off", async () => {
    const { url } = await serve(FAILING);
    const { page } = await openPage();
    await page.goto(url);
    const { keyboard } = page;
    await page.getByText("Connected").waitFor();
    await keyboard.press("/");
    await keyboard.type("nth refused?");
    expect(await page.locator("#filter").inputValue()).toBe("nth refused?");
    await page.getByText("0 of 42 shown").waitFor();
    await keyboard.press("Escape");
    expect(await page.locator("#filter").inputValue()).toBe("");
    await keyboard.press("Escape");
    await keyboard.press("?");
    await page.getByRole("button", { name: "Turn single keys off" }).click();
    await page.getByRole("button", { name: "Turn single keys on" }).waitFor();
    await keyboard.press("n");
    expect(await page.locator(".problem.current").getAttribute("data-problem")).toBe(FAILING.problems[0]?.id);
    await keyboard.press("Escape");
    await page.getByRole("heading", { name: "Keyboard" }).waitFor({ state: "detached" });
  });

  test("skips to each part, and the focus is always seen", async () => {
    const { url } = await serve(FAILING);
    const { page } = await openPage();
    await page.goto(url);
    await page.getByText("Connected").waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Problems");
    const unseen: (string | undefined)[] = [];
    for (let at = 0; at < 45; at++) {
      const ring = await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
        return [outlineStyle, outlineWidth, document.activeElement?.outerHTML.slice(0, 80)];
      });
      if (ring[0] !== "solid" || ring[1] !== "2px") unseen.push(ring[2]);
      await page.keyboard.press("Tab");
    }
    expect(unseen.filter((each) => each !== undefined && !each.startsWith("<body"))).toEqual([]);
  });
});
