import {
  OUR_SOURCES,
  type Parsed,
  parseSpecSubmitted,
  parseSpecWithdrawn,
  type SpecSubmitted,
  type SpecWithdrawn,
  unknownProperties,
} from "@specdrop/events";
import type { Ledger } from "@specdrop/ledger/port";
import type { SubmissionMark } from "@specdrop/ledger/submissions";
import { sentAt } from "@specdrop/ledger/submissions";
import { type Diagnostic, START_OF_TEXT } from "@specdrop/spec";
import { documentIdOf } from "../documents/identity.ts";
import { submittedKey } from "../documents/keys.ts";
import type { Log } from "../ports/ports.ts";
import { refused, type SentSubject } from "../results/results.ts";
import type { Envelope } from "./envelope.ts";
import { inTurn, type TurnPorts } from "./submission-turn.ts";
import type { SubmissionWritePorts } from "./submission-writes.ts";
import {
  type SentDocument,
  storeSubmission,
  supersedeSubmission,
  takeBack,
  withdrawSubmission,
} from "./submission-writes.ts";

export interface SubmissionPorts extends Omit<TurnPorts & SubmissionWritePorts, "ledger"> {
  readonly ledger: Pick<Ledger, "readDocument" | "readSubmissions" | "writeSubmissions">;
  readonly bucket: string;
  readonly log: Log;
  /** Epoch milliseconds, greater at each call, so that what this process receives keeps its order. The clock without it. */
  readonly arrival?: () => number;
}

/** Where the document is kept, or that nothing was written. */
export type Submission =
  | { readonly outcome: "stored" | "deleted" | "superseded" | "unchanged" | "repeated"; readonly key: string }
  | { readonly outcome: "rejected" | "ignored" };

/** AWS: "The name can be up to 1,024 bytes long" (S3 user guide, object keys). */
const MAX_KEY_BYTES = 1024;

/** Stores a document that was sent as an event (`SpecSubmitted`), unless a later one has come. */
export async function intakeSubmitted(deps: SubmissionPorts, event: Envelope): Promise<Submission> {
  const arrivedAt = arrivalOf(deps);
  if (!isAllowedSource(deps, event)) return { outcome: "ignored" };
  const submitted = placed(event, parseSpecSubmitted(event.detail));
  if (!submitted.ok) return refuse(deps, event, submitted.problems);

  const sent = sentDocument(deps, event, submitted.value, arrivedAt);
  const content = contentOf(submitted.value.document);
  const outcome = await inTurn(deps, sent.documentId, sent.mark, {
    act: (record) => storeSubmission(deps, sent, record, content),
    async supersede(record) {
      await takeBack(deps, sent, record);
      return supersedeSubmission(deps, sent);
    },
  });
  return ended(deps, sent, outcome);
}

/** Deletes a document that was sent as an event (`SpecWithdrawn`), unless a later one has come. */
export async function intakeWithdrawn(deps: SubmissionPorts, event: Envelope): Promise<Submission> {
  const arrivedAt = arrivalOf(deps);
  if (!isAllowedSource(deps, event)) return { outcome: "ignored" };
  const withdrawn = placed(event, parseSpecWithdrawn(event.detail));
  if (!withdrawn.ok) return refuse(deps, event, withdrawn.problems);

  const sent = sentDocument(deps, event, withdrawn.value, arrivedAt);
  const outcome = await inTurn(deps, sent.documentId, sent.mark, {
    act: (record) => withdrawSubmission(deps, sent, record),
    supersede: () => supersedeSubmission(deps, sent),
  });
  return ended(deps, sent, outcome);
}

function arrivalOf({ arrival, clock }: SubmissionPorts): number {
  return arrival === undefined ? clock.now() : arrival();
}

function sentDocument(
  { bucket, clock }: SubmissionPorts,
  { id, account, source, detailType, time, detail }: Envelope,
  { name, correlationId = id, sequence }: SpecWithdrawn,
  arrivedAt: number,
): SentDocument {
  const key = submittedKey(account, source, name);
  const unknown = unknownProperties(detailType, detail);
  const mark: SubmissionMark = {
    id,
    kind: detailType === "SpecWithdrawn" ? "withdrawn" : "submitted",
    sentAt: sentAt(time, clock.now()),
    arrivedAt,
    ...(sequence === undefined ? {} : { sequence }),
    correlationId,
    ...(unknown.length === 0 ? {} : { unknownProperties: unknown }),
  };
  return { documentId: documentIdOf(bucket, key), bucket, key, mark };
}

function ended(
  { log }: SubmissionPorts,
  { documentId, key, mark }: SentDocument,
  outcome: Exclude<Submission["outcome"], "rejected" | "ignored">,
): Submission {
  log.info(MESSAGES[outcome], { documentId, correlationId: mark.correlationId, eventId: mark.id });
  return { outcome, key };
}

const MESSAGES = {
  stored: "Stored",
  deleted: "Deleted",
  superseded: "Superseded by a later submission",
  unchanged: "Nothing to withdraw",
  repeated: "A repeat of a submission",
} as const;

/** Our own events and those of AWS services are never submissions; the rule says so too. */
function isAllowedSource(deps: SubmissionPorts, { id, source }: Envelope): boolean {
  const isReserved = OUR_SOURCES.includes(source) || source.startsWith("aws.");
  if (isReserved) deps.log.warn("Ignored a submission from a reserved source", { eventId: id, source });
  return !isReserved;
}

function placed<T extends { readonly name: string }>({ account, source }: Envelope, parsed: Parsed<T>): Parsed<T> {
  if (!parsed.ok) return parsed;
  const key = submittedKey(account, source, parsed.value.name);
  if (new TextEncoder().encode(key).length <= MAX_KEY_BYTES) return parsed;
  return { ok: false, problems: [`/name makes the object's key longer than ${MAX_KEY_BYTES} bytes`] };
}

function contentOf(document: SpecSubmitted["document"]): { readonly body: string; readonly contentType: string } {
  return typeof document === "string"
    ? { body: document, contentType: "application/yaml" }
    : { body: `${JSON.stringify(document, null, 2)}\n`, contentType: "application/json" };
}

const WHAT_TO_SEND =
  "Send { name, document, correlationId?, sequence? } in SpecSubmitted, { name, correlationId?, sequence? } in SpecWithdrawn.";

async function refuse(deps: SubmissionPorts, event: Envelope, problems: readonly string[]): Promise<Submission> {
  const { detail } = event;
  const name = typeof detail === "object" && detail !== null && "name" in detail ? detail.name : undefined;
  const key = submittedKey(event.account, event.source, typeof name === "string" ? name.slice(0, 512) : "");
  const documentId = documentIdOf(deps.bucket, key);
  const subject: SentSubject = {
    documentId,
    source: { bucket: deps.bucket, key },
    correlationId: correlationIdOf(event, problems),
    kind: event.detailType === "SpecWithdrawn" ? "withdrawn" : "rejected",
    eventId: event.id,
    now: deps.clock.now(),
    // One that is a known name in another case is mentioned already.
    unknownProperties: unknownProperties(event.detailType, detail).filter(
      (unknown) => unknown === "" || !problems.some((problem) => problem.includes(`; ${unknown} is `)),
    ),
  };
  const diagnostics = problems.map((problem, index) => diagnosticOf(problem, documentId, index === 0));
  await deps.bus.publish([refused(subject, { diagnostics, omitted: 0 })]);
  deps.log.info("Rejected a malformed submission", { documentId, correlationId: subject.correlationId });
  return { outcome: "rejected" };
}

/** The sender's, where it is one: whoever waits for it hears of the rejection too. */
function correlationIdOf({ id, detail }: Envelope, problems: readonly string[]): string {
  const given = typeof detail === "object" && detail !== null && "correlationId" in detail ? detail.correlationId : id;
  return typeof given === "string" && !problems.some((problem) => problem.startsWith("/correlationId ")) ? given : id;
}

/** A problem is a sentence led by a JSON Pointer into the event's detail. What to send is said with the first. */
function diagnosticOf(problem: string, file: string, isFirst: boolean): Diagnostic {
  const pointer = /^\/\S*/.exec(problem)?.[0] ?? "";
  const said = pointer === "" ? problem.replace(/^It /, "The event's detail ") : `In the event's detail, ${problem}`;
  return {
    code: "SD2900",
    severity: "error",
    message: said.replace(/\.?$/, "."),
    file,
    range: START_OF_TEXT,
    pointer,
    ...(isFirst ? { help: WHAT_TO_SEND } : {}),
  };
}
