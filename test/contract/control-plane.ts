import type { ControlPlane, IntegrationRef, IntegrationResponseModel, LiveIntegrationResponse } from "@specdrop/engine";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

export interface ControlPlaneHarness {
  readonly controlPlane: ControlPlane;
  /** Two integrations of one API, without responses. */
  readonly integration: IntegrationRef;
  readonly sibling: IntegrationRef;
  /** An integration that does not exist, on an API that does. */
  readonly missing: IntegrationRef;
  close?(): Promise<void>;
}

/** What every `ControlPlane` must do, whatever is behind it. */
export function controlPlaneContract(name: string, makeHarness: () => Promise<ControlPlaneHarness>): void {
  describe(`${name} is a control plane`, () => {
    let harness: ControlPlaneHarness;
    let plane: ControlPlane;
    let tokens = 0;

    beforeEach(async () => {
      harness = await makeHarness();
      plane = harness.controlPlane;
    });
    afterEach(async () => {
      await harness.close?.();
    });

    /** New for every request, on an emulator that several tests share too. */
    const token = () => `${harness.integration.ApiId}-${++tokens}`;
    const model = (over: Partial<IntegrationResponseModel> = {}): IntegrationResponseModel => ({
      ...harness.integration,
      IntegrationResponseKey: "/2\\d\\d/",
      ...over,
    });
    const live = (from: IntegrationResponseModel, identifier: string): LiveIntegrationResponse => {
      const { ApiId, IntegrationId, IntegrationResponseKey, ...properties } = from;
      return { identifier, ApiId, IntegrationId, IntegrationResponseKey, properties };
    };
    const byIdentifier = (resources: readonly LiveIntegrationResponse[]) =>
      resources.toSorted((a, b) => (a.identifier < b.identifier ? -1 : 1));

    describe("create", () => {
      test.each<[string, Partial<IntegrationResponseModel>]>([
        ["nothing but a key", {}],
        [
          "every property",
          {
            ContentHandlingStrategy: "CONVERT_TO_TEXT",
            ResponseParameters: { "method.response.header.x": "'1'" },
            ResponseTemplates: { "application/json": '{"ok":true}', "a/~b": "", $default: "naïve – 日本語" },
            TemplateSelectionExpression: "\\$default",
          },
        ],
        ["a key with a bar in it", { IntegrationResponseKey: "/(2|3)\\d\\d/", TemplateSelectionExpression: "200" }],
      ])("makes what was asked for: %s", async (_, over) => {
        const asked = model(over);
        const settled = await plane.create(asked, token());
        expect(settled.identifier.split("|").slice(0, 2)).toEqual([asked.ApiId, asked.IntegrationId]);
        const expected = live(asked, settled.identifier);
        if (settled.model !== undefined) expect(settled.model).toEqual(expected);
        expect(await plane.get(settled.identifier)).toEqual(expected);
        expect(await plane.list(harness.integration)).toEqual([expected]);
      });

      test("with a token that was used before repeats nothing", async () => {
        const same = token();
        const first = await plane.create(model(), same);
        const second = await plane.create(model(), same);
        expect(second.identifier).toBe(first.identifier);
        expect(await plane.list(harness.integration)).toHaveLength(1);
      });

      test("of a key that is taken is AlreadyExists, and harms nobody", async () => {
        const asked = model({ TemplateSelectionExpression: "200" });
        const { identifier } = await plane.create(asked, token());
        await expect(plane.create(model(), token())).rejects.toMatchObject({
          name: "ControlPlaneError",
          code: "AlreadyExists",
          retryable: false,
        });
        expect(await plane.list(harness.integration)).toEqual([live(asked, identifier)]);
      });

      test("of the same key on another integration is fine", async () => {
        await plane.create(model(), token());
        await plane.create(model(harness.sibling), token());
        expect(await plane.list(harness.integration)).toHaveLength(1);
        expect(await plane.list(harness.sibling)).toHaveLength(1);
      });

      test("under an integration that is not there is NotFound", async () => {
        await expect(plane.create(model(harness.missing), token())).rejects.toMatchObject({
          code: "NotFound",
          retryable: false,
        });
      });

      test("beside another change of the API succeeds, or may be tried again", async () => {
        const keys = ["/1/", "/2/", "/3/"];
        const outcomes = await Promise.allSettled(
          keys.map((IntegrationResponseKey) => plane.create(model({ IntegrationResponseKey }), token())),
        );
        const done = outcomes.filter((outcome) => outcome.status === "fulfilled");
        expect(done.length).toBeGreaterThan(0);
        expect(await plane.list(harness.integration)).toHaveLength(done.length);
        for (const outcome of outcomes) {
          if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ retryable: true });
        }
      });
    });

    describe("get and list", () => {
      test("know nothing of what is not there", async () => {
        const { identifier } = await plane.create(model(), token());
        expect(await plane.get(`${identifier}x`)).toBeUndefined();
        expect(await plane.list(harness.sibling)).toEqual([]);
        expect(await plane.list(harness.missing)).toEqual([]);
      });

      test("see every response of one integration, and of that one only", async () => {
        const expected: LiveIntegrationResponse[] = [];
        for (let count = 0; count < 25; count += 1) {
          const asked = model({ IntegrationResponseKey: `/${count}/`, TemplateSelectionExpression: `${count}` });
          expected.push(live(asked, (await plane.create(asked, token())).identifier));
        }
        await plane.create(model(harness.sibling), token());
        expect(byIdentifier(await plane.list(harness.integration))).toEqual(byIdentifier(expected));
      });
    });

    describe("update", () => {
      test("adds, changes and removes what the patch names, and leaves the rest", async () => {
        const asked = model({
          ResponseTemplates: { "application/json": "1", "text/plain": "2" },
          ContentHandlingStrategy: "CONVERT_TO_TEXT",
          ResponseParameters: { "method.response.header.x": "'1'" },
        });
        const { identifier } = await plane.create(asked, token());
        const settled = await plane.update(
          identifier,
          [
            { op: "add", path: "/ResponseTemplates", value: { "application/json": "3" } },
            { op: "add", path: "/TemplateSelectionExpression", value: "200" },
            { op: "remove", path: "/ContentHandlingStrategy" },
          ],
          token(),
        );
        expect(settled.identifier).toBe(identifier);
        const expected = {
          ...live(asked, identifier),
          properties: {
            ResponseTemplates: { "application/json": "3" },
            ResponseParameters: { "method.response.header.x": "'1'" },
            TemplateSelectionExpression: "200",
          },
        };
        if (settled.model !== undefined) expect(settled.model).toEqual(expected);
        expect(await plane.get(identifier)).toEqual(expected);
      });

      test("with a token that was used before repeats nothing", async () => {
        const same = token();
        const { identifier } = await plane.create(model(), token());
        const set = (value: string) => [{ op: "add", path: "/TemplateSelectionExpression", value }] as const;
        await plane.update(identifier, set("200"), same);
        await plane.update(identifier, set("404"), token());
        expect((await plane.update(identifier, set("200"), same)).identifier).toBe(identifier);
        expect((await plane.get(identifier))?.properties).toEqual({ TemplateSelectionExpression: "404" });
      });

      test("of what is not there is NotFound", async () => {
        const { identifier } = await plane.create(model(), token());
        await plane.delete(identifier, token());
        const patch = [{ op: "add", path: "/TemplateSelectionExpression", value: "200" }] as const;
        await expect(plane.update(identifier, patch, token())).rejects.toMatchObject({
          code: "NotFound",
          retryable: false,
        });
      });
    });

    describe("delete", () => {
      test("removes one response, and its key is free again", async () => {
        const { identifier } = await plane.create(model(), token());
        const kept = await plane.create(model({ IntegrationResponseKey: "$default" }), token());
        await plane.delete(identifier, token());
        expect(await plane.get(identifier)).toBeUndefined();
        expect((await plane.list(harness.integration)).map((one) => one.identifier)).toEqual([kept.identifier]);
        expect((await plane.create(model(), token())).identifier).not.toBe(identifier);
      });

      test("of what is gone, or never was, is done", async () => {
        const same = token();
        const { identifier } = await plane.create(model(), token());
        await plane.delete(identifier, same);
        await plane.delete(identifier, same);
        await plane.delete(identifier, token());
        await plane.delete(`${harness.missing.ApiId}|${harness.missing.IntegrationId}|none`, token());
        expect(await plane.list(harness.integration)).toEqual([]);
      });
    });
  });
}

/** For control planes that see the whole request: a token stands for one of them. */
export function clientTokenContract(name: string, makeHarness: () => Promise<ControlPlaneHarness>): void {
  test(`${name} refuses a token that stands for another request`, async () => {
    const harness = await makeHarness();
    try {
      const { controlPlane, integration } = harness;
      const token = `${integration.ApiId}-once`;
      await controlPlane.create({ ...integration, IntegrationResponseKey: "/1/" }, token);
      await expect(controlPlane.create({ ...integration, IntegrationResponseKey: "/2/" }, token)).rejects.toMatchObject(
        { code: "ClientTokenConflict", retryable: false },
      );
      expect(await controlPlane.list(integration)).toHaveLength(1);
    } finally {
      await harness.close?.();
    }
  });
}
