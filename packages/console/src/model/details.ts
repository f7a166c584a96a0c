import type { LiveIntegrationResponse } from "@specdrop/engine";
import { allOf, type DiffLine, diffLines } from "@specdrop/inspect/diff/line-diff";
import type { RevisionView } from "@specdrop/inspect/history";
import type { AwsView } from "@specdrop/inspect/look";
import type { WritableProperties } from "@specdrop/spec";
import type { NumberedLine, ResponseDetail, TryDefinition, TryDefinitions } from "../state.ts";
import { revisionState } from "./documents.ts";
import { type DifferingValue, liveOf, valueDiffsOf } from "./evidence.ts";
import { refOf } from "./problem-parts.ts";
import type { JudgedResponse } from "./standing.ts";
import { around } from "./way.ts";

/** One response with the values that differ, and its document's history. */
export function detailOf(
  { row }: JudgedResponse,
  aws: AwsView | undefined,
  history: readonly RevisionView[],
): ResponseDetail {
  const live = liveOf(row, aws?.apis.get(row.apiId));
  const differing = live === "unknown" ? [] : valueDiffsOf(row, live);
  const { key } = (row.record.current ?? row.record.head).source;
  return {
    ...refOf(row),
    differences: differing.map((value) => ({
      property: value.property,
      ...(value.entry === undefined ? {} : { entry: value.entry }),
      lines: numbered(linesOf(value)),
    })),
    history: history.map((one) => revisionState(one, key)),
  };
}

function linesOf({ before, after }: DifferingValue): readonly DiffLine[] {
  if (before === undefined) return allOf("added", after ?? "");
  return after === undefined ? allOf("removed", before) : diffLines(before, after);
}

/** A gap says from which line of the new text it goes on. */
export function numbered(lines: readonly DiffLine[]): readonly NumberedLine[] {
  let before = 1;
  let after = 1;
  return lines.map(({ kind, text }): NumberedLine => {
    if (kind === "gap") {
      const next = Number(/^from line (\d+)$/.exec(text)?.[1] ?? after);
      before += next - after;
      after = next;
      return { kind, text };
    }
    return {
      ...{ kind, text },
      ...(kind === "added" ? {} : { before: before++ }),
      ...(kind === "removed" ? {} : { after: after++ }),
    };
  });
}

/** Both sides of one integration's responses, with their texts; `undefined` where no document is about it. */
export function tryDefinitions(
  judged: readonly JudgedResponse[],
  aws: AwsView | undefined,
  apiId: string,
  integrationId: string,
): TryDefinitions | undefined {
  const own = judged.filter(({ row }) => row.apiId === apiId && row.integrationId === integrationId);
  if (own.length === 0) return undefined;
  const look = aws?.apis.get(apiId);
  const { type } = around(look, integrationId, []);
  const responses =
    look !== undefined && "survey" in look
      ? (look.survey.integrations.find((one) => one.IntegrationId === integrationId)?.responses ?? [])
      : [];
  const liveDefinition = (live: LiveIntegrationResponse): TryDefinition => {
    const row = own.find((one) => one.row.key === live.IntegrationResponseKey)?.row;
    const logicalId = row?.logicalId ?? live.identifier.slice(live.identifier.lastIndexOf("|") + 1);
    return definition(logicalId, live.IntegrationResponseKey, live.properties, row?.changeSet?.live?.sequence);
  };
  return {
    apiId,
    integrationId,
    ...(type === undefined ? {} : { type }),
    live: responses.map(liveDefinition),
    declared: own.flatMap(({ row }) =>
      row.desired === undefined
        ? []
        : [definition(row.logicalId, row.key, row.desired.properties, row.record.current?.sequence)],
    ),
  };
}

function definition(
  logicalId: string,
  IntegrationResponseKey: string,
  { ResponseParameters: _, ...properties }: WritableProperties,
  sequence: number | undefined,
): TryDefinition {
  return { logicalId, IntegrationResponseKey, ...properties, ...(sequence === undefined ? {} : { sequence }) };
}
