import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { expectSound } from "../docs/patterns.ts";
import { ofKind, readPage, snippetsOf } from "../docs/snippets.ts";
import { only, TYPES } from "./infrastructure.ts";
import { synth } from "./synth.ts";
import { typeCheck } from "./type-check.ts";

const configWith = (snippet: string) => `/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app: () => ({ name: "other", home: "aws", version: "4.17.1" }),
  async run() {
    ${snippet}
  },
});
`;

describe("snippets for SST", () => {
  const snippets = ofKind(snippetsOf(readPage("integrate.md")), "sst");

  test("all type-check, and a mistake in one would be seen", async () => {
    const texts = snippets.map(([, { text }], index) => [`snippet-${index}.ts`, configWith(text)]);
    const wrong = configWith(snippets[0]?.[1].text.replace("pattern:", "patern:") ?? "");
    const found = await typeCheck({ ...Object.fromEntries(texts), "wrong.ts": wrong });
    expect(found).toContain("patern");
    expect(found.split("\n").filter((line) => /^\S/.test(line) && !line.includes("wrong.ts"))).toEqual([]);
  });

  test.each(snippets)("%s makes a rule whose pattern fits, and a target it may reach", async (_, { text }) => {
    const folder = mkdtempSync(path.join(tmpdir(), "specdrop-snippet-"));
    try {
      const config = path.join(folder, "sst.config.ts");
      // A function that is there to be bundled.
      writeFileSync(config, configWith(text.replace("src/on-result.handler", "functions/src/notify.handler")));
      const made = await synth({ stage: "dev", config });
      const rule = only(made, TYPES.rule);
      expectSound(JSON.parse(rule.inputs["eventPattern"]));
      const target = only(made, TYPES.target);
      expect(target.inputs["rule"]).toBe(rule.state["name"]);
      const busArn = expect.stringMatching(/:event-bus\/specdrop-production-EventsBus$/);
      if (target.inputs["roleArn"] === undefined) {
        expect(rule.inputs["eventBusName"]).toBe("specdrop-production-EventsBus");
      } else {
        expect(target.inputs["arn"]).toEqual(busArn);
        const { policy } = only(made, "aws:iam/rolePolicy:RolePolicy").inputs;
        expect(JSON.parse(policy).Statement).toMatchObject([{ Action: ["events:PutEvents"], Resource: [busArn] }]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
