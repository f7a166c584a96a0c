import type { LiveIntegrationResponse } from "@specdrop/engine";
import type { ResultDetail } from "@specdrop/events";
import type { RememberingControlPlane } from "@specdrop/inspect/drift/remember-live";
import { type ExpectationResult, visible } from "@specdrop/spec";
import { frameOf, type ResponseDefinition } from "@specdrop/template";
import type { Terminal } from "../terminal/terminal.ts";

const FRAME_PROPERTIES = new Set(["ResponseTemplates", "TemplateSelectionExpression", "ContentHandlingStrategy"]);

/** What clients get before and after a plan, for each expectation whose frame it changes. Empty where it changes none. */
export function formatExpectedFrames(
  { data }: ResultDetail,
  expectations: readonly ExpectationResult[],
  { liveOn }: Pick<RememberingControlPlane, "liveOn">,
  paint: Terminal["paint"],
): string {
  const touched = new Set(
    data.changes.flatMap(({ action, integrationId, changedProperties }) => {
      const isOtherFrame = action !== "update" || changedProperties.some((name) => FRAME_PROPERTIES.has(name));
      return action === "none" || action === "forget" || !isOtherFrame ? [] : [integrationId];
    }),
  );
  const lines = expectations.flatMap((expectation) => {
    const { ApiId, IntegrationId, name, given, actual } = expectation;
    if (ApiId === undefined || IntegrationId === undefined) return [];
    if (ApiId !== data.apiId || !touched.has(IntegrationId)) return [];
    const before = frameOf(liveOn(ApiId, IntegrationId).map(definitionOf), given);
    const [old, next] = [shown(before.frame?.text), shown(actual.frame ?? undefined)];
    if (old === next) return [];
    return [`    ${visible(name)}`, paint("red", `      - ${old}`), paint("green", `      + ${next}`)];
  });
  return lines.length === 0 ? "" : [paint("bold", "  What clients get"), ...lines].join("\n");
}

function definitionOf({ identifier, IntegrationResponseKey, properties }: LiveIntegrationResponse): ResponseDefinition {
  const { ResponseParameters: _, ...rest } = properties;
  return { logicalId: identifier, IntegrationResponseKey, ...rest };
}

function shown(frame: string | undefined): string {
  return frame === undefined ? "no frame, or an unknown one" : visible(frame);
}
