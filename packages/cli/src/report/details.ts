import type { DeploymentResult, ResultDetail, ResultEvent } from "@specdrop/events";
import type { Checked } from "../converge/check.ts";
import { plannedStage } from "./changes.ts";

/** The details of results about a file; their diagnostics name it as it was given, as `validate` does. */
export function detailsAbout(
  { verdict }: Pick<Checked, "verdict">,
  results: readonly ResultEvent[],
): readonly ResultDetail[] {
  return results.map(({ detail: { metadata, data } }) => {
    const diagnostics = data.diagnostics.map((each) =>
      each.file === metadata.documentId ? { ...each, file: verdict.file } : each,
    );
    return { metadata, data: { ...data, diagnostics } };
  });
}

/** A detail as `--json` prints it: of a deployment that applying would make it says `planned`. */
export function printed(detail: ResultDetail) {
  const stageName = plannedStage(detail);
  if (stageName === undefined) return detail;
  const deployment: Omit<DeploymentResult, "status"> & { readonly status: "planned" } = {
    status: "planned",
    stageName,
  };
  return { ...detail, data: { ...detail.data, deployment } };
}
