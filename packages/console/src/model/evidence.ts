import { isIntegrationResponse, type LiveIntegrationResponse } from "@specdrop/engine";
import { diffLines } from "@specdrop/inspect/diff/line-diff";
import { diffsOf, type ValueDiff } from "@specdrop/inspect/diff/property-diff";
import type { ApiLook, AwsView } from "@specdrop/inspect/look";
import { WRITABLE_PROPERTIES, type WritableProperty } from "@specdrop/spec";
import type { PropertyDifference } from "../state.ts";
import { isAbout, type Row } from "./row.ts";

/** How a response in AWS compares with what its document declares. */
export type Comparison =
  /** Nobody looked, or could. */
  | { readonly is: "unknown" }
  | { readonly is: "same" }
  | { readonly is: "missing" | "changed" | "conflict"; readonly code?: string };

/** Compares by the drift check of its document; where that was not made for the response's API, by its properties. */
export function compare(row: Row, aws: AwsView | undefined): Comparison {
  if (aws === undefined) return fromLedger(row);
  const api = aws.drift.get(row.documentId)?.apis.find(({ apiId }) => apiId === row.apiId);
  if (api !== undefined) {
    if (api.unreadable) return { is: "unknown" };
    const change = api.changes.find((one) => isAbout(one, row));
    if (change === undefined) return { is: "unknown" };
    if (change.status === "failed") return { is: "conflict", ...(change.error && { code: change.error.code }) };
    if (change.action === "none") return { is: "same" };
    return { is: change.action === "create" ? "missing" : "changed" };
  }
  if (row.desired === undefined) return { is: "unknown" };
  const live = liveOf(row, aws.apis.get(row.apiId));
  if (live === "unknown") return { is: "unknown" };
  if (live === undefined) return { is: "missing" };
  return valueDiffsOf(row, live).length === 0 ? { is: "same" } : { is: "changed" };
}

/** Without a look at AWS, what the sweep last found. */
function fromLedger({ changeSet, integrationId, key }: Row): Comparison {
  const { drift } = changeSet ?? {};
  if (drift?.fingerprint === undefined) return { is: "unknown" };
  const { changes, omittedChanges = 0 } = drift.event.detail.data;
  const change = changes.find((one) => isAbout(one, { integrationId, key }));
  if (change === undefined) return { is: omittedChanges > 0 ? "changed" : "unknown" };
  if (change.action === "none") return { is: "unknown" };
  return { is: change.action === "create" ? "missing" : "changed" };
}

/** The response as the survey has it; `"unknown"` where the survey does not have the integration's responses. */
export function liveOf(
  { integrationId, key }: Pick<Row, "integrationId" | "key">,
  look: ApiLook | undefined,
): LiveIntegrationResponse | "unknown" | undefined {
  if (look === undefined || !("survey" in look)) return "unknown";
  const integration = look.survey.integrations.find((one) => one.IntegrationId === integrationId);
  if (integration === undefined || integration.responses === undefined) return "unknown";
  return integration.responses.filter(isIntegrationResponse).find((one) => one.IntegrationResponseKey === key);
}

/** One text that differs, and of which property. */
export interface DifferingValue extends ValueDiff {
  readonly property: WritableProperty;
}

/** What is live against what is declared. Of what the document does not declare there is nothing to compare. */
export function valueDiffsOf(
  { desired, owned }: Pick<Row, "desired" | "owned">,
  live: LiveIntegrationResponse | undefined,
): readonly DifferingValue[] {
  if (desired === undefined) return [];
  const changedProperties = WRITABLE_PROPERTIES.filter(
    (name) => desired.properties[name] !== undefined || owned?.applied[name] !== undefined,
  );
  const change = { logicalId: "", action: "update", status: "planned", changedProperties } as const;
  const sides = { desired, live, applied: owned?.applied };
  return diffsOf(change, sides).flatMap(({ property, values }) => values.map((value) => ({ property, ...value })));
}

/** The same without values. */
export function withoutValues(values: readonly DifferingValue[]): readonly PropertyDifference[] {
  return values.map(({ property, entry, before, after }) => {
    const lines = before === undefined || after === undefined ? undefined : diffLines(before, after);
    const numberOf = (kind: "added" | "removed", text: string | undefined) =>
      lines?.filter((line) => line.kind === kind).length ?? (text === undefined ? 0 : text.split("\n").length);
    return {
      property,
      ...(entry === undefined ? {} : { entry }),
      added: numberOf("added", after),
      removed: numberOf("removed", before),
    };
  });
}
