import type { Clock } from "@specdrop/engine";
import { OUR_SOURCES, type Parsed, parseSpecSubmitted, parseSpecWithdrawn, type SpecSubmitted } from "@specdrop/events";
import { type Diagnostic, START_OF_TEXT } from "@specdrop/spec";
import type { Envelope } from "./envelope.ts";
import { documentIdOf } from "./identity.ts";
import { submittedKey } from "./object-keys.ts";
import type { Log, ResultBus, SpecStore } from "./ports.ts";
import { refused } from "./results.ts";

export interface SubmissionDependencies {
  /** Holds the documents; the S3 events of what is written here do the rest. */
  readonly store: SpecStore;
  readonly bucket: string;
  readonly bus: ResultBus;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}

/** Where the document is kept, or that there is none. */
export type Submission =
  | { readonly outcome: "stored" | "deleted"; readonly key: string }
  | { readonly outcome: "rejected" | "ignored" };

/** AWS: "The name can be up to 1,024 bytes long" (S3 user guide, object keys). */
const MAX_KEY_BYTES = 1024;

/** Stores a document that was sent as an event (`SpecSubmitted`). */
export async function intakeSubmitted(deps: SubmissionDependencies, event: Envelope): Promise<Submission> {
  if (!mayCome(deps, event)) return { outcome: "ignored" };
  const submitted = placed(event, parseSpecSubmitted(event.detail));
  if (!submitted.ok) return refuse(deps, event, submitted.problems);

  const { name, document, correlationId = event.id } = submitted.value;
  const key = submittedKey(event.account, event.source, name);
  const { text, contentType } = textOf(document);
  await deps.store.write(key, text, contentType, { "correlation-id": correlationId });
  deps.log.info("Stored", { documentId: documentIdOf(deps.bucket, key), correlationId });
  return { outcome: "stored", key };
}

/** Deletes a document that was sent as an event (`SpecWithdrawn`). */
export async function intakeWithdrawn(deps: SubmissionDependencies, event: Envelope): Promise<Submission> {
  if (!mayCome(deps, event)) return { outcome: "ignored" };
  const withdrawn = placed(event, parseSpecWithdrawn(event.detail));
  if (!withdrawn.ok) return refuse(deps, event, withdrawn.problems);

  const key = submittedKey(event.account, event.source, withdrawn.value.name);
  await deps.store.delete(key);
  deps.log.info("Deleted", { documentId: documentIdOf(deps.bucket, key), correlationId: event.id });
  return { outcome: "deleted", key };
}

/** Our own events and those of AWS services are never submissions; the rule says so too. */
function mayCome(deps: SubmissionDependencies, { id, source }: Envelope): boolean {
  const isReserved = OUR_SOURCES.includes(source) || source.startsWith("aws.");
  if (isReserved) deps.log.warn("A submission from a reserved source is ignored", { eventId: id, source });
  return !isReserved;
}

function placed<T extends { readonly name: string }>({ account, source }: Envelope, parsed: Parsed<T>): Parsed<T> {
  if (!parsed.ok) return parsed;
  const key = submittedKey(account, source, parsed.value.name);
  if (new TextEncoder().encode(key).length <= MAX_KEY_BYTES) return parsed;
  return { ok: false, problems: [`/name makes the object's key longer than ${MAX_KEY_BYTES} bytes`] };
}

function textOf(document: SpecSubmitted["document"]): { readonly text: string; readonly contentType: string } {
  return typeof document === "string"
    ? { text: document, contentType: "application/yaml" }
    : { text: `${JSON.stringify(document, null, 2)}\n`, contentType: "application/json" };
}

async function refuse(deps: SubmissionDependencies, event: Envelope, problems: readonly string[]): Promise<Submission> {
  const { detail } = event;
  const name = typeof detail === "object" && detail !== null && "name" in detail ? detail.name : undefined;
  const key = submittedKey(event.account, event.source, typeof name === "string" ? name.slice(0, 512) : "");
  const documentId = documentIdOf(deps.bucket, key);
  const revision = { source: { bucket: deps.bucket, key }, correlationId: event.id, kind: "rejected" } as const;
  const diagnostics = problems.map((problem) => diagnosticOf(problem, documentId));
  await deps.bus.publish([refused(documentId, revision, event.id, { diagnostics, omitted: 0 }, deps.clock.now())]);
  deps.log.info("A malformed submission is rejected", { documentId, correlationId: event.id });
  return { outcome: "rejected" };
}

/** A problem is a sentence led by a JSON Pointer into the event's detail. */
function diagnosticOf(problem: string, file: string): Diagnostic {
  const pointer = /^\/\S*/.exec(problem)?.[0] ?? "";
  return {
    code: "SD2900",
    severity: "error",
    message: `The event's detail is not as it has to be: ${problem}.`,
    file,
    range: START_OF_TEXT,
    pointer,
    help: "Send { name, document, correlationId? } in SpecSubmitted, { name } in SpecWithdrawn.",
  };
}
