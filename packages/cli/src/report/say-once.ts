import type { EventDiagnostic, ResultDetail } from "@specdrop/events";

/** Takes out of each detail what an earlier one said alike: a document's APIs may share a problem, and people read it once. */
export function sayOnce(): (detail: ResultDetail) => ResultDetail {
  const said = new Set<string>();
  const isNews = ({ code, pointer, message }: EventDiagnostic) => {
    const size = said.size;
    return said.add(JSON.stringify([code, pointer, message])).size > size;
  };
  return ({ metadata, data }) => ({ metadata, data: { ...data, diagnostics: data.diagnostics.filter(isNews) } });
}
