import { expect, test } from "vitest";
import { FAILING } from "../console/states/failing.ts";
import { inBrowser, openPage } from "./browser.ts";
import { serve } from "./served.ts";

inBrowser("Try it", () => {
  test("shows what a client gets, on both sides, and a link holds what was typed", async () => {
    const { url } = await serve(FAILING);
    const { page, requests } = await openPage();
    await page.goto(url);
    await page.getByRole("link", { name: "Try it" }).first().click();
    await page.getByRole("heading", { name: "What does a client get?" }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    await page.getByLabel("Status").fill("403");
    const reply = JSON.stringify({ message: 'Room "general" is closed' });
    await page.getByLabel("Body").fill(reply);
    await page.getByText("not JSON", { exact: true }).waitFor();
    expect(await page.locator(".frame pre").textContent()).toContain('"reason": "Room "general" is closed"');
    expect(await page.locator(".frame .sample").textContent()).toBe("JKJaXmPLvHcESHB=");
    await page.getByRole("button", { name: "Declared, revision 8" }).click();
    await page.getByText("not JSON", { exact: true }).waitFor({ state: "detached" });
    expect(JSON.parse((await page.locator(".frame pre").textContent()) ?? "")).toMatchObject({
      reason: 'Room "general" is closed',
    });

    await page.getByRole("button", { name: "Copy a link with this input" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(new URL(link).search).toBe("");
    expect(new URL(page.url()).hash).not.toContain("?");
    const other = await openPage();
    await other.page.goto(link);
    expect(await other.page.getByLabel("Body").inputValue()).toBe(reply);
    expect(await other.page.getByRole("button", { name: "Declared, revision 8" }).getAttribute("aria-pressed")).toBe(
      "true",
    );
    expect(new URL(other.page.url()).hash).not.toContain("?");
    // Nothing that was typed has gone anywhere.
    expect(
      [...requests, ...other.requests].filter((address) => address.includes("general") || address.includes("?given")),
    ).toEqual([]);
    await page.goBack();
    await page.getByRole("heading", { name: "6 of 42 responses are not live" }).waitFor();
  });

  test("says that nothing goes back where the route has no route response", async () => {
    const { url } = await serve(FAILING);
    const { page } = await openPage();
    await page.goto(`${url}#/try/a1b2c3d4e5/join`);
    await page.getByText("The client gets nothing back.").waitFor();
    await page.getByRole("combobox", { name: /^Route/ }).selectOption("send");
    await page.getByText("The client gets this frame").waitFor();
    await page.getByLabel("Status").fill("nine");
    await page.getByRole("alert").filter({ hasText: "A status is a whole number" }).waitFor();
  });
});
