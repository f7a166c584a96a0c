import type { ResultDetail, ResultEvent } from "@specdrop/events";
import type { Checked } from "./check.ts";

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
