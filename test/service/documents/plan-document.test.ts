import { planDocument } from "@specdrop/service/documents";
import { acceptDocument } from "@specdrop/service/intake";
import { expect, test } from "vitest";
import { readOnly } from "../../contract/ledger-methods.ts";
import { BROKEN, drain, outcomeOf, spec, told, world } from "../builders.ts";

const change = (body: string) => ({
  documentId: "file:examples/a.json",
  source: { bucket: "", key: "examples/a.json" },
  correlationId: "c-1",
  body,
});

test("plans every API the document names or still owns something on, and writes nothing", async () => {
  const w = world();
  const read = async () => ({
    ...change(""),
    body: new TextEncoder().encode(spec({ api1: ["/200/"] })),
    metadata: {},
    truncated: false,
  });
  await acceptDocument(w, change(spec({ api1: ["/200/"] })));
  await drain({ ...w, store: { ...w.store, read } });

  const plan = await planDocument({ ...w, ledger: readOnly(w.ledger) }, change(spec({ api2: ["/200/", "/404/"] })));
  expect(told(plan.results ?? [])).toEqual(["PlanProduced 2 api2", "PlanProduced 2 api1"]);
  expect(plan.results?.map((event) => event.detail.data.summary)).toMatchObject([{ create: 2 }, { delete: 1 }]);
  expect(plan.results?.[0]?.detail.data).toMatchObject({ mode: "plan", document: { key: "examples/a.json" } });
  expect(w.plans.at(-1)).toMatchObject({ mode: "apply", elsewhere: { owned: 0 } });
});

test("a document with errors has no plan", async () => {
  const plan = await planDocument(world(), change(BROKEN));
  expect(plan.results).toBeUndefined();
  expect(plan.diagnostics.length).toBeGreaterThan(0);
});

test("an API that AWS refuses to read is told as a failure", async () => {
  const w = world({ plan: async () => outcomeOf("failed") });
  const plan = await planDocument(w, change(spec({ api1: ["/200/"] })));
  expect(told(plan.results ?? [])).toEqual(["ApplyFailed 1 api1"]);
});
