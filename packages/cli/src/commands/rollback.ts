import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import { type RevisionView, readHistory } from "@specdrop/inspect/history";
import { historyOf } from "@specdrop/ledger/history";
import type { DocumentRecord } from "@specdrop/ledger/port";
import { suspensionIn } from "@specdrop/service/policy";
import { command, commandText, visible } from "@specdrop/spec";
import { checkText, formatFrames } from "../converge/check.ts";
import { authorHere } from "../documents/author.ts";
import { chooseRevision } from "../history/choose-revision.ts";
import { type CurrentObject, copyVersion, currentObject } from "../history/copy-version.ts";
import { planVersion } from "../history/plan-version.ts";
import { type ExistingLedgerOptions, lookAtExistingLedger } from "../ledger/existing.ts";
import type { OpenLedger } from "../ledger/open.ts";
import { count } from "../terminal/count.ts";
import { Failure, wrongUsage } from "../terminal/failure.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { noLedgerOf, unknownDocument } from "./history.ts";

export interface RollbackOptions extends ExistingLedgerOptions {
  /** The sequence of a revision; without it the last one before the newest that succeeded. */
  readonly to?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** What `--json` prints. */
interface Rollback {
  readonly documentId: string;
  /** The newest revision, and the one whose content is to be there again. */
  readonly from: number;
  readonly to: number;
  readonly plan: readonly object[];
  readonly copied: boolean;
  /** The version that the copy made. */
  readonly versionId?: string;
  /** What the pipeline's results of it say too. */
  readonly correlationId?: string;
}

/**
 * Puts an earlier version of a document back onto its key, after a look at what that would change. What follows is an
 * ordinary drop. Exit code 1 where it is not possible, or the answer was no.
 */
export async function rollback(document: string, options: RollbackOptions, terminal: Terminal): Promise<number> {
  const place = placeOf(document);
  const opened = await lookAtExistingLedger(options);
  if (opened === undefined) throw noLedgerOf(place.documentId, options.ledger);
  const { S3Client } = await import("@aws-sdk/client-s3");
  // An endpoint of one's own serves every bucket under one host name.
  const ownEndpoint = process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"];
  const client = new S3Client({ forcePathStyle: ownEndpoint !== undefined });
  try {
    return await rollBack(place, { opened, client }, options, terminal);
  } finally {
    client.destroy();
    await opened.close();
  }
}

interface LedgerPlace {
  readonly documentId: string;
  readonly bucket: string;
  readonly key: string;
}

function placeOf(document: string): LedgerPlace {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(document) ?? [];
  if (bucket === undefined || key === undefined) {
    const isFile = !document.startsWith("s3://");
    throw wrongUsage(
      isFile
        ? `${document} is a file. Bring its earlier content back, such as by git checkout COMMIT -- PATH, and apply it; or name a document in a bucket: s3://BUCKET/KEY`
        : `${document} names no object: s3://BUCKET/KEY`,
    );
  }
  if (key.startsWith("results/")) throw wrongUsage("objects below results/ are not documents");
  if (key.startsWith("events/")) {
    throw new Failure(
      `${document} was sent as an event, and only the pipeline writes there. Ask its sender to send the earlier document again (SpecSubmitted; with a higher sequence, if it uses sequences).`,
    );
  }
  return { documentId: document, bucket, key };
}

async function rollBack(
  place: LedgerPlace,
  { opened, client }: { readonly opened: OpenLedger; readonly client: S3Client },
  options: RollbackOptions,
  terminal: Terminal,
): Promise<number> {
  const { documentId } = place;
  const record = await opened.ledger.readDocument(documentId);
  if (record === undefined) throw unknownDocument(documentId, options.ledger);
  const history = await readHistory(opened.ledger, record);
  const current = await currentObject(client, place);
  refuseUnread(record, current, options);
  refuseSynced(documentId, history);
  const kinds = new Map(
    historyOf(record, await opened.ledger.readHistory(documentId)).map(({ sequence, kind }) => [sequence, kind]),
  );
  const choice = chooseRevision(history, kinds, options.to);
  if ("problem" in choice) throw new Failure(`${documentId} cannot be rolled back. ${choice.problem}`);
  const { sequence, versionId, outcome } = choice.revision;

  const stored = await specsBucket(client, place.bucket).read({ ...place, versionId });
  if (stored === undefined) {
    throw new Failure(
      `The bucket no longer has version ${versionId}, which was revision ${sequence} of ${documentId}.`,
    );
  }
  const subject = `revision ${sequence} (${outcome})`;
  const checked = checkText(stored.body, documentId);
  if (!checked.verdict.ok) {
    terminal.note(formatFrames(checked, terminal.paintNote, terminal.columns.note));
    const errors = checked.verdict.diagnostics.filter(({ severity }) => severity === "error").length;
    throw new Failure(
      `The content of ${subject} has ${count(errors, "error")} today; nothing was copied. ${howToMend(place, versionId)}`,
    );
  }
  terminal.progress("comparing with AWS");
  const change = { documentId, source: stored.source, correlationId: randomUUID() };
  const planned = await planVersion(opened.ledger, { change, checked }, options, terminal);
  const found = { documentId, from: history[0]?.sequence ?? 0, to: sequence, plan: planned.details };
  const end = (rest: Pick<Rollback, "copied" | "versionId" | "correlationId">, code: number) => {
    if (options.json) terminal.json({ ...found, ...rest } satisfies Rollback);
    return code;
  };
  if (planned.isRefused) {
    terminal.note(`The content of ${subject} cannot be applied today; nothing was copied.`);
    terminal.note(visible(howToMend(place, versionId)));
    return end({ copied: false }, 1);
  }
  if (options.dryRun) {
    terminal.note(`A rollback to ${subject} would do this. Nothing was copied.`);
    return end({ copied: false }, 0);
  }
  if (!(await isAgreed(`Copy ${subject} onto ${visible(documentId)}? [y/N] `, options, terminal))) {
    terminal.note("Nothing was copied.");
    return end({ copied: false }, 1);
  }

  const { correlationId } = change;
  const note = { documentId, correlationId, author: authorHere() };
  const copy = await copyVersion(client, { ...place, versionId }, current, note);
  if (copy === undefined) {
    throw new Failure(
      `Somebody else wrote ${documentId} at the same time; nothing was copied. ${historyCommand(documentId, options)} shows the new revision.`,
    );
  }
  if (options.json !== true) {
    terminal.out(visible(`Copied: ${documentId} has the content of revision ${sequence} again.`));
    terminal.out(`Next: ${historyCommand(documentId, options)} shows the result.`);
  }
  if ((await suspensionIn(opened.ledger)) !== undefined) {
    terminal.note("Applying is suspended: the document is accepted, but not applied until somebody resumes.");
  }
  return end({ copied: true, ...copy, correlationId }, 0);
}

/** What the bucket has must be what the ledger has: a drop that is not taken in yet would be undone unseen. */
function refuseUnread(
  { documentId, head }: DocumentRecord,
  current: CurrentObject | undefined,
  options: Pick<RollbackOptions, "ledger">,
): void {
  const isKnown = head.kind === "withdrawn" ? current === undefined : current?.etag === head.source.etag;
  if (isKnown) return;
  throw new Failure(
    `The object ${documentId} in the bucket is newer than revision ${head.sequence}, the newest in the ledger. Nothing was copied. Wait until ${historyCommand(documentId, options)} shows the new revision, and try again.`,
  );
}

/** What CI brings from a repository it would bring again. */
function refuseSynced(documentId: string, history: readonly RevisionView[]): void {
  const written = history.find(({ kind }) => kind !== "rollback");
  const { from, commit, runUrl } = written?.by ?? {};
  if (from !== "metadata" || commit === undefined || runUrl === undefined) return;
  throw new Failure(
    `${documentId} comes from a repository: CI wrote revision ${written?.sequence} of commit ${commit} (${runUrl}), and its next run would undo a rollback. Revert the commit that changed the document (git revert; it may be older than that one), and let CI upload the result.`,
  );
}

/** What a version lacks today can only be written into a copy of it. */
function howToMend({ bucket, key }: LedgerPlace, versionId: string): string {
  const copy = command`aws s3api get-object --bucket ${bucket} --key ${key} --version-id ${versionId} ${basename(key)}`;
  return `To correct that content and drop it again, download it first: ${commandText(copy)}`;
}

function historyCommand(documentId: string, { ledger }: Pick<RollbackOptions, "ledger">): string {
  return commandText(command`npx specdrop history ${documentId} --ledger ${ledger}`);
}

async function isAgreed(question: string, { json, yes }: RollbackOptions, { ask }: Terminal): Promise<boolean> {
  return ask === undefined || json === true || yes === true || (await ask(question));
}
