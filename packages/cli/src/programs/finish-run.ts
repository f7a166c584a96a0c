import type { ChangeResult, ResultEvent, Summary } from "@specdrop/events";
import { acceptDocument } from "@specdrop/service/intake";
import { type RunResult, runDocument } from "../run.ts";
import type { CallPorts, Opened } from "./converge-calls.ts";

/** What the calls of a run came to, and the revision that they opened, if there were any. */
export interface Called {
  readonly opened: Opened | undefined;
  readonly made: readonly ChangeResult[];
}

/**
 * Ends the run of a program that came to its end: converges all it has declared, as one document, and with it removes
 * the rest. Where no call opened a revision, what an earlier run has left is all there is to see to.
 */
export async function finishRun(
  deps: Omit<CallPorts, "onChange" | "lookForRenames">,
  { opened, made }: Called,
  onChange: (change: ChangeResult) => void,
): Promise<RunResult> {
  const { change, ledger, controlPlane, gateway, stopRequested } = deps;
  const text = deps.declarations.text();
  if (opened === undefined && (await ledger.ledger.readDocument(change.documentId)) === undefined) {
    return { results: [], unfinished: [] };
  }
  const { results, ...rest } = await runDocument(
    change.documentId,
    async (accepting) => {
      if (opened === undefined) return await acceptDocument(accepting, { ...change, body: text });
      for (const signal of opened.signals) await accepting.queue.send(signal);
      return { outcome: "accepted", ...opened, diagnostics: [], omitted: 0 };
    },
    { ledger, controlPlane, gateway, body: new TextEncoder().encode(text), stopRequested, onChange },
  );
  return { ...rest, results: results.map((result) => withCalls(result, made)) };
}

/**
 * What calls had made before the program came to another API, and so to another revision, the last run finds unchanged:
 * it is told as the calls made it.
 */
function withCalls(event: ResultEvent, made: readonly ChangeResult[]): ResultEvent {
  const { data } = event.detail;
  const summary: { -readonly [Name in keyof Summary]: Summary[Name] } = { ...data.summary };
  const changes = data.changes.map((change) => {
    const isUnchanged = change.action === "none" && change.status === "succeeded";
    const earlier = made.find(({ logicalId, identifier, status, action }) => {
      const isSame = logicalId === change.logicalId && identifier === change.identifier;
      return isSame && status === "succeeded" && action !== "none";
    });
    if (!isUnchanged || earlier === undefined || earlier.action === "none") return change;
    summary.unchanged -= 1;
    summary[earlier.action] += 1;
    return earlier;
  });
  const hasChanged = summary.unchanged !== data.summary.unchanged;
  const detailType = hasChanged && event.detailType === "ApplyUnchanged" ? "ApplySucceeded" : event.detailType;
  return { detailType, detail: { ...event.detail, data: { ...data, summary, changes } } };
}
