import type { ResultEvent } from "@specdrop/events";
import { memoryLedger } from "@specdrop/ledger/memory";
import { acceptDocument } from "@specdrop/service/intake";
import type { Checked } from "../converge/check.ts";
import { clock } from "../converge/clock.ts";
import { SILENT } from "../converge/silent.ts";
import type { FileDocument } from "./document.ts";

/** The `SpecRejected` of a document with errors; it goes to no ledger. */
export async function rejectionOf({
  change,
  text,
  verdict,
}: Checked & { readonly change: FileDocument }): Promise<readonly ResultEvent[]> {
  const rejections: ResultEvent[] = [];
  const bus = { publish: async (events: readonly ResultEvent[]) => void rejections.push(...events) };
  const deps = {
    ledger: memoryLedger(),
    queue: { send: async () => {} },
    bus,
    clock,
    random: Math.random,
    log: SILENT,
  };
  await acceptDocument(deps, { ...change, body: text });
  // A file that cannot be read has another error than the empty text that stands for it.
  return rejections.map(({ detailType, detail }) => ({
    detailType,
    detail: { ...detail, data: { ...detail.data, diagnostics: verdict.diagnostics } },
  }));
}
