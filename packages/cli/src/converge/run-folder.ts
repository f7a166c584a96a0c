import type { ResultEvent } from "@specdrop/events";
import { rememberLive } from "@specdrop/inspect/drift/remember-live";
import type { Connection } from "../aws/connect.ts";
import { formatReasons, formatSubject } from "../report/changes.ts";
import type { FolderReport, ReportedDocument } from "../report/folder-report.ts";
import { formatResult } from "../report/result-line.ts";
import { count } from "../terminal/count.ts";
import { onInterrupt } from "../terminal/interruption.ts";
import { openProgressView } from "../terminal/progress-view.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { Checked } from "./check.ts";
import { timeUntil } from "./clock.ts";
import { type DocumentPlace, type DocumentRun, runDocuments } from "./run-documents.ts";
import { GRACE_IS_OVER, stopReading } from "./stop-reading.ts";
import { tellWrites } from "./tell-writes.ts";

/** A document to be run, and what is known of its file. */
export interface FolderRun {
  readonly run: DocumentRun;
  readonly checked: Checked;
  readonly isGone: boolean;
}

/** Runs many documents, and shows how far that is. `halt` stops the connection's clock. */
export async function runFolder(
  runs: readonly FolderRun[],
  { ledger, halt, ...connected }: Omit<Connection, "close"> & { readonly halt: AbortController },
  terminal: Terminal,
): Promise<FolderReport & { readonly fatal?: { readonly error: unknown } }> {
  const started = performance.now();
  const byId = new Map(runs.map((each) => [each.run.documentId, each]));
  const fileOf = (documentId: string) => byId.get(documentId)?.checked.verdict.file ?? documentId;
  const apis = new Set<string>();
  const parts = runs.reduce((sum, { run }) => sum + Math.max(1, apisOf(run).size), 0);
  const view = openProgressView(terminal, parts);
  let isWriting = false;
  const interruption = onInterrupt(
    () => terminal.note(stoppingNote(apis.size, isWriting)),
    () => {
      terminal.note(GRACE_IS_OVER);
      halt.abort();
    },
  );
  const portsOf = ({ documentId, apiId }: DocumentPlace) => {
    const aws = stopReading(connected, interruption);
    const live = rememberLive(aws.controlPlane);
    const tell = (words: string) => {
      isWriting = true;
      view.tell(apiId, words);
    };
    const declared = byId.get(documentId)?.checked.declared ?? [];
    return tellWrites({ ...aws, controlPlane: live.controlPlane }, { declared, liveOf: live.liveOf, tell });
  };
  const finished = new Set<string>();
  const inConflict = new Map<string, () => void>();
  const report = ({ documentId, apiId }: DocumentPlace, event: ResultEvent | undefined): void => {
    finished.add(`${documentId} ${apiId}`);
    if (event === undefined || event.detailType === "ApplyUnchanged") return;
    const number = `${finished.size}/${Math.max(parts, finished.size)}`;
    terminal.note(`[${number}] ${fileOf(documentId)} on API ${apiId}: ${formatResult(event)}`);
  };
  const ended = (place: DocumentPlace, event: ResultEvent | undefined): void => {
    apis.delete(place.apiId);
    view.end(place.apiId);
    const key = `${place.documentId} ${place.apiId}`;
    inConflict.delete(key);
    if (mayPass(event)) inConflict.set(key, () => report(place, event));
    else report(place, event);
  };
  try {
    terminal.progress(progressWords(runs));
    const { documents, brokenOff, fatal } = await runDocuments(
      runs.map(({ run }) => run),
      {
        ledger,
        portsOf,
        stopRequested: () => interruption.requested,
        time: timeUntil(halt.signal),
        onBegin({ documentId, apiId }) {
          apis.add(apiId);
          view.begin(apiId, fileOf(documentId));
        },
        onChange({ documentId, apiId }, change) {
          if (change.action === "none" && change.status === "succeeded") return;
          view.changed(change.status === "failed");
          if (change.status !== "failed") return;
          const subject = formatSubject(change, terminal.paintNote);
          terminal.note(`${fileOf(documentId)} on API ${apiId}: ${subject}${formatReasons(change)}`);
        },
        onEnd: ended,
      },
    );
    for (const say of inConflict.values()) say();
    const reported = documents.map(({ documentId, ...outcome }): ReportedDocument => {
      const { checked, isGone } = byId.get(documentId) as FolderRun;
      return { checked, isGone, ...outcome };
    });
    const elapsedMs = performance.now() - started;
    return { documents: reported, elapsedMs, ...(brokenOff && { brokenOff }), ...(fatal && { fatal }) };
  } finally {
    view.close();
    interruption.release();
  }
}

function apisOf({ declared }: DocumentRun): ReadonlySet<string> {
  return new Set(declared.map(({ ApiId }) => ApiId));
}

/** A conflict with another document is none once that lets go, which may be in the same run: it is told in the end, if at all. */
function mayPass(event: ResultEvent | undefined): boolean {
  const failed = event?.detail.data.changes.filter(({ status }) => status === "failed") ?? [];
  return failed.length > 0 && failed.every(({ error }) => error?.code === "SD5002");
}

function progressWords(runs: readonly FolderRun[]): string {
  const verb = runs.every(({ run }) => run.isWithdrawal) ? "withdrawing" : "applying";
  return `${verb} ${count(runs.length, "document")}`;
}

function stoppingNote(apis: number, isWriting: boolean): string {
  if (!isWriting) return "Stopping. Nothing was changed: AWS was only read so far.";
  return `Stopping after the changes in progress on ${count(apis, "API")}, in 20 seconds at the latest. Press Ctrl-C again to stop at once.`;
}
