import { intakeObjectEvent } from "@specdrop/service/intake";
import { expect, test } from "vitest";
import { drain, world } from "../builders.ts";

test("a warning stands in the result of the API that it is about, and one about the document in all", async () => {
  const w = world();
  const response = (ApiId: string, key: string) => ({ ApiId, IntegrationId: "int0001", IntegrationResponseKey: key });
  const document = {
    IntegrationResponses: { a: response("api1", "$default"), b: response("api2", "200"), c: response("api3", "/2/") },
  };
  await intakeObjectEvent(w, w.store.put("a.json", JSON.stringify(document)));
  await drain(w);
  const said = w.published.map(({ detail: { data } }) => [data.apiId, data.diagnostics.map(({ code }) => code)]);
  expect(Object.fromEntries(said)).toEqual({ api1: [], api2: ["SD3107", "SD3101"], api3: ["SD3107", "SD3523"] });
});
