import { type ChangeSet, converge, planChanges } from "@specdrop/engine";
import { memoryLedger } from "@specdrop/ledger/memory";
import { parse } from "@specdrop/spec";
import { checkTemplate } from "@specdrop/template/check";
import fc from "fast-check";
import { expect, test } from "vitest";
import { exportDocument } from "../../packages/cli/src/export/export-document.ts";
import { emulatedPorts } from "../aws/emulated-ports.ts";
import { maker } from "../local/chat-api.ts";

const isSound = (template: string) => checkTemplate(template).every(({ severity }) => severity !== "error");
const line = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.constantFrom("{", "  }", "#set($a = 1)", "- x: y", "", " ", "\t"),
);
const text = fc.oneof(
  fc.array(line, { maxLength: 5 }).map((lines) => lines.join("\n")),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom(
    "yes",
    "null",
    "1e3",
    "0x1f",
    "~",
    "'",
    '"',
    "|",
    "a\r\nb",
    "\u0085",
    "\u2028",
    "\ufeff",
    "\u0000",
    "---",
    "\n\n",
    "a\n ",
    " a\nb",
    "\ta\nb\n\n",
  ),
);
const name = fc
  .oneof(fc.constantFrom("200", "$default", "application/json", "<<", "true", "? a", "__proto__", "a b"), text)
  .filter((key) => key !== "");
const header = fc.stringMatching(/^[a-z-]{1,8}$/).map((each) => `method.response.header.${each}`);
const response = fc.record(
  {
    ContentHandlingStrategy: fc.constantFrom("CONVERT_TO_BINARY", "CONVERT_TO_TEXT"),
    ResponseParameters: fc.dictionary(
      header,
      fc.constantFrom("'a: b'", "'#'", "integration.response.header.x", "'x\ny'"),
      {
        maxKeys: 3,
      },
    ),
    // A live template that cannot be rendered is an error of its document, and is told apart from a faulty export.
    ResponseTemplates: fc
      .array(fc.tuple(name, text.filter(isSound)), { maxLength: 3 })
      .map((entries) => Object.fromEntries(entries)),
    TemplateSelectionExpression: fc.constantFrom("\\$default", "200", "${request.body.x}"),
  },
  { requiredKeys: [] },
);
const key = fc.constantFrom("$default", "200", "/2\\d\\d/", "/4../", "/a|b/", "/a#: b/", "'x'", "/[^x]{2}/");
const live = fc.uniqueArray(fc.record({ at: fc.nat(2), key, response }), {
  minLength: 1,
  maxLength: 6,
  selector: (each) => `${each.at} ${each.key}`,
});

test("whatever is live, its export is valid, and adopting it writes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      live,
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 3 }),
      async (responses, routeKeys) => {
        const ports = emulatedPorts();
        const parts = maker(ports.emulator);
        const ApiId = parts.api();
        const integrations = [0, 1, 2].map(() => parts.integration(ApiId));
        for (const [index, routeKey] of routeKeys.entries()) parts.route(ApiId, routeKey, integrations[index]);
        for (const { at, key: IntegrationResponseKey, response: model } of responses) {
          parts.response({ ApiId, IntegrationId: integrations[at], IntegrationResponseKey, ...model });
        }
        const { text: exported } = await exportDocument(ports, ApiId);
        const { document, diagnostics } = parse(exported, "export.yaml");
        expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);

        const before = ports.emulator.writes().length;
        const ledger = memoryLedger();
        const changeSet: ChangeSet = {
          documentId: "file:export.yaml",
          apiId: ApiId,
          mode: "apply",
          desired: document?.resources ?? [],
          elsewhere: { owned: 0, deletions: 0, sharesIds: false },
          file: "export.yaml",
        };
        const all = { ...ports, ledger, random: () => 0.5 };
        const run = (mode: "apply" | "plan", sequence: number) =>
          mode === "plan"
            ? planChanges(changeSet, all)
            : converge({ ...changeSet, sequence, runId: "run", epoch: 0, resumed: false }, all, {
                fence: sequence,
                holdLease: async () => {},
                deadline: Number.POSITIVE_INFINITY,
              });
        for (const [mode, sequence] of [
          ["plan", 1],
          ["apply", 2],
        ] as const) {
          const { status, summary, changes } = await run(mode, sequence);
          expect(status).toBe(mode === "plan" ? "planned" : "succeeded");
          expect(summary).toMatchObject({
            adopt: responses.length,
            create: 0,
            update: 0,
            replace: 0,
            delete: 0,
            failed: 0,
          });
          expect(changes.flatMap(({ changedProperties }) => changedProperties)).toEqual([]);
        }
        const again = await run("plan", 3);
        expect(again.summary).toMatchObject({ adopt: 0, unchanged: responses.length, failed: 0 });
        expect(ports.emulator.writes()).toHaveLength(before);
      },
    ),
    { numRuns: 150 },
  );
});
