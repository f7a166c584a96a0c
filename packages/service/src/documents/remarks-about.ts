import type { DesiredResource } from "@specdrop/spec";
import type { Remarks } from "../results/results.ts";

/** What is to be said of a document in the result of one API: not what is about a response on another. */
export function remarksAbout(
  { diagnostics, omitted }: Remarks,
  resources: readonly Pick<DesiredResource, "pointer" | "ApiId">[],
  apiId: string,
): Remarks {
  const apis = new Map(resources.map(({ pointer, ApiId }) => [pointer, ApiId]));
  return { diagnostics: diagnostics.filter(({ pointer }) => (apis.get(entryOf(pointer)) ?? apiId) === apiId), omitted };
}

/** `/IntegrationResponses/chatOk/ResponseTemplates` leads into the entry `/IntegrationResponses/chatOk`. */
function entryOf(pointer: string): string {
  return pointer.split("/", 3).join("/");
}
