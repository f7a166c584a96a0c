import type { Author, Origin } from "@specdrop/ledger/history-entry";
import { submittingAccount } from "./keys.ts";

/** What a writer says of itself in an object's metadata, without `x-amz-meta-`. */
export const ACTOR = "specdrop-actor";
export const COMMIT = "specdrop-commit";
export const RUN_URL = "specdrop-run-url";
/** The command that wrote it: `submit` or `rollback`. */
export const WAY = "specdrop-way";
/** The document that a rollback's note is about. A copy of the object elsewhere takes the note along. */
export const ROLLED_BACK = "specdrop-rolled-back";

type ObjectMetadata = Readonly<Record<string, string>>;

/** Longer ones are nobody's name, commit or URL; the ledger keeps fifty of each for every document. */
const MOST: Readonly<Record<"actor" | "commit" | "runUrl", number>> = { actor: 128, commit: 64, runUrl: 300 };

/** The metadata that says who writes. What is too long is left out. */
export function metadataOf({ actor, commit, runUrl }: Omit<Author, "from">): Record<string, string> {
  const { actor: who, commit: which, runUrl: where } = fitting({ actor, commit, runUrl });
  return {
    ...(who === undefined ? {} : { [ACTOR]: who }),
    ...(which === undefined ? {} : { [COMMIT]: which }),
    ...(where === undefined ? {} : { [RUN_URL]: where }),
  };
}

/** What is known of a change to an object. */
export interface WrittenText {
  readonly documentId: string;
  readonly key: string;
  readonly metadata: ObjectMetadata;
  /** S3's event: the request, and the account or service that made it. Absent where no event told of it. */
  readonly reason?: string;
  readonly writer?: string;
  /** Correlation ids of the document's earlier revisions; read only where a copy has to be told from a rollback. */
  readonly earlier: () => Promise<ReadonlySet<string>>;
}

/**
 * Who wrote an object, and by which way. A copy has the metadata of what it was copied from, so they say nothing of who
 * copied: only a rollback writes its own, which names the document and has a correlation id that no revision had.
 */
export async function originOf({ documentId, key, metadata, reason, writer, earlier }: WrittenText): Promise<Origin> {
  const account = submittingAccount(key);
  if (account !== undefined) return { way: "event", by: byWriter(account) };
  const isOwn = reason !== undefined && WRITES.has(reason);
  const note = metadata[ROLLED_BACK] === documentId ? metadata["correlation-id"] : undefined;
  const isRollback = note !== undefined && note !== "" && !(await earlier()).has(note);
  if (isRollback) return { way: "rollback", by: byMetadata(metadata) ?? byWriter(writer) };
  const way = isOwn && metadata[WAY] === "submit" ? "submit" : "drop";
  return { way, by: (isOwn ? byMetadata(metadata) : undefined) ?? byWriter(writer) };
}

/** Requests whose metadata are the writer's own. */
const WRITES: ReadonlySet<string> = new Set(["PutObject", "POST Object", "CompleteMultipartUpload"]);

/** Who deleted an object. */
export function withdrawalOrigin(key: string, writer: string | undefined): Origin {
  return { way: "withdraw", by: byWriter(submittingAccount(key) ?? writer) };
}

function byMetadata(metadata: ObjectMetadata): Author | undefined {
  const said = fitting({ actor: metadata[ACTOR], commit: metadata[COMMIT], runUrl: metadata[RUN_URL] });
  return Object.keys(said).length === 0 ? undefined : { from: "metadata", ...said };
}

function byWriter(writer: string | undefined): Author {
  if (writer === undefined || writer === "") return { from: "unknown" };
  return { from: /^\d{12}$/.test(writer) ? "account" : "service", actor: writer.slice(0, MOST.actor) };
}

function fitting(said: { readonly [Name in keyof typeof MOST]: string | undefined }): Omit<Author, "from"> {
  const kept = Object.entries(said).filter(
    ([name, value]) => value !== undefined && value !== "" && value.length <= MOST[name as keyof typeof MOST],
  );
  return Object.fromEntries(kept);
}
