import { suspensionIn } from "@specdrop/service/policy";
import { visible } from "@specdrop/spec";
import { type Checked, formatErrors, formatLiveFindings } from "../converge/check.ts";
import { clock } from "../converge/clock.ts";
import { authorOf } from "../documents/author.ts";
import { readDocument, refuse } from "../documents/read-document.ts";
import { lookAtExistingLedger } from "../ledger/existing.ts";
import { statusCommand } from "../ledger/ledger-commands.ts";
import { nextSteps } from "../report/next-steps.ts";
import { hasFailedDeployment, isFine } from "../report/report.ts";
import { formatResult } from "../report/result-line.ts";
import { sayOnce } from "../report/say-once.ts";
import { outcomeOf, type SentSubmission } from "../submit/outcome.ts";
import { nameOf, type Sent, sendToBucket, sendToBus } from "../submit/send.ts";
import { wrongUsage } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface SubmitOptions {
  readonly bucket?: string;
  readonly bus?: string;
  readonly prefix?: string;
  readonly wait?: boolean;
  readonly ledger?: string;
  /** Seconds. */
  readonly timeout: number;
  readonly json?: boolean;
}

/**
 * Gives a document to a deployed pipeline. With `wait`, exit code 1 where it was not applied, or not in time; without,
 * 0 says only that it is under way.
 */
export async function submit(path: string, options: SubmitOptions, terminal: Terminal): Promise<number> {
  const { bucket, bus, prefix, wait = false, timeout, json = false } = options;
  if ((bucket === undefined) === (bus === undefined)) throw wrongUsage("give either --bucket or --bus");
  const ledgerName = wait ? awaited(options.ledger) : undefined;
  const name = nameOf(path, prefix);
  const document = await readDocument(path, terminal);
  if (!document.verdict.ok) return refuse(document, options, terminal);

  const ledger =
    ledgerName === undefined ? undefined : await lookAtExistingLedger({ ledger: ledgerName, isLedgerNamed: true });
  try {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(document.text);
    terminal.progress(`submitting ${visible(path)}`);
    const sent = await (bucket === undefined
      ? sendToBus(bus ?? "", name, text)
      : sendToBucket(bucket, name, text, await authorOf(path)));
    if (ledger === undefined) {
      terminal.out(json ? JSON.stringify(sent, null, 2) : placeOf(sent));
      return 0;
    }
    terminal.note(placeOf(sent));
    if ((await suspensionIn(ledger.ledger)) !== undefined) {
      terminal.note("Applying is suspended: the document is accepted, but not applied until somebody resumes.");
    }
    const deadline = clock.now() + timeout * 1_000;
    const told = { last: "" };
    const onProgress = (words: string) => {
      if (words !== told.last) terminal.progress(words);
      told.last = words;
    };
    const submission = await outcomeOf(ledger.ledger, sent, { clock, deadline, onProgress });
    return report(submission, document, options, terminal);
  } finally {
    await ledger?.close();
  }
}

function awaited(ledger: string | undefined): string {
  if (ledger?.startsWith("dynamodb:")) return ledger;
  throw wrongUsage("--wait needs --ledger dynamodb:TABLE, the pipeline's own: it says what becomes of the document");
}

function placeOf({ document, event, correlationId }: Sent): string {
  const place =
    document === undefined
      ? `sent to bus ${event?.bus} as ${event?.name} (source ${event?.source})`
      : `put as s3://${document.bucket}/${document.key}`;
  return visible(`Submitted: ${place}. Correlation id ${correlationId}.`);
}

function report(
  submission: SentSubmission,
  document: Checked,
  { json, timeout, ledger = "" }: Pick<SubmitOptions, "json" | "timeout" | "ledger">,
  terminal: Terminal,
): number {
  const results = submission.outcome === "unknown" ? [] : submission.results;
  if (json) {
    const details = results.map(({ detail }) => detail);
    terminal.json(details);
  }
  const once = sayOnce();
  for (const result of results) {
    const { apiId } = result.detail.data;
    const line = `${apiId === undefined ? "" : `API ${apiId}: `}${formatResult(result)}`;
    if (!json) terminal.out(terminal.paint(isFine(result) ? "green" : "red", visible(line)));
    const problems = isFine(result) ? formatLiveFindings : formatErrors;
    const frames = problems(once(result.detail), document, terminal.paintNote, terminal.columns.note);
    if (frames !== "") terminal.note(frames);
  }
  if (!json) for (const line of nextSteps(results)) terminal.out(line);
  switch (submission.outcome) {
    case "unknown":
      terminal.note(
        submission.seen
          ? `It was taken in, and has not come to its end within ${timeout} s. It goes on: ${statusCommand(ledger)} shows how far it is.`
          : `It was not taken in within ${timeout} s. Does the ledger belong to that pipeline, and is the pipeline running?`,
      );
      return 1;
    case "superseded":
      terminal.note("A newer revision of the document took its place.");
      return 1;
    case "settled":
      return results.every((result) => isFine(result) && !hasFailedDeployment(result)) ? 0 : 1;
  }
}
