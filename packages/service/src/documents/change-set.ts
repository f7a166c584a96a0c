import {
  type ChangeSet,
  formatNaturalKey,
  type HandOver,
  isIntegrationResponse,
  type OwnedResource,
} from "@specdrop/engine";
import type { Ledger } from "@specdrop/ledger/port";
import type { DesiredResource } from "@specdrop/spec";
import type { DeclaredDocument, DeclaredWithdrawal } from "./content.ts";

interface ChangeSetInput extends Pick<ChangeSet, "documentId" | "apiId"> {
  /** Every API the revision concerns. */
  readonly apiIds: readonly string[];
  readonly declared: DeclaredDocument | DeclaredWithdrawal;
  readonly lastDeployment?: ChangeSet["lastDeployment"] | undefined;
  /** Who gets what is let go of; nobody without it. */
  readonly bidderFor?: HandOver["bidderFor"];
}

/** What a document asks of one API, as the engine takes it. What passes to a bidder is not lost. */
export async function changeSetOf(
  ledger: Pick<Ledger, "listOwned">,
  { documentId, apiId, bidderFor, apiIds, declared, lastDeployment }: ChangeSetInput,
): Promise<ChangeSet> {
  const document = declared.mode === "withdraw" ? undefined : declared.document;
  const resources = document?.resources ?? [];
  return {
    documentId,
    apiId,
    mode: declared.mode === "withdraw" ? "withdraw" : "apply",
    file: documentId,
    desired: resources.filter((resource) => resource.ApiId === apiId),
    movedAway: new Set(resources.filter((resource) => resource.ApiId !== apiId).map(({ logicalId }) => logicalId)),
    elsewhere: await countElsewhere(ledger, documentId, without(apiIds, apiId), resources, bidderFor),
    ...(document?.allowDeletions === undefined ? {} : { allowDeletions: document.allowDeletions }),
    ...(lastDeployment === undefined ? {} : { lastDeployment }),
    ...(document?.backend === undefined ? {} : { backend: document.backend }),
    ...(document?.twoWay === undefined ? {} : { twoWay: document.twoWay }),
    ...(document?.deploy === undefined ? {} : { deploy: document.deploy }),
  };
}

async function countElsewhere(
  ledger: Pick<Ledger, "listOwned">,
  documentId: string,
  apiIds: readonly string[],
  resources: readonly DesiredResource[],
  bidderFor: HandOver["bidderFor"] = async () => undefined,
): Promise<ChangeSet["elsewhere"]> {
  const declared = new Set(resources.map(formatNaturalKey));
  const lists = await Promise.all(apiIds.map((apiId) => ledger.listOwned(apiId)));
  // Route responses count for no budget: they follow from a line, and from routes that others make and change.
  const owned = lists
    .flat()
    .filter((resource) => resource.documentId === documentId && isIntegrationResponse(resource));
  // What is declared under the same logical id in another place has moved: that is no loss.
  const moved = new Set(resources.map(({ logicalId }) => logicalId));
  const dropped = owned.filter(
    (resource) => !declared.has(formatNaturalKey(resource)) && !moved.has(resource.logicalId),
  );
  const named = new Set(resources.map(({ ApiId }) => ApiId));
  const sharesIds = owned.some(({ ApiId, logicalId }) => named.has(ApiId) || moved.has(logicalId));
  const bidders = await Promise.all(dropped.filter(isDeleted).map((resource) => bidderFor(resource)));
  return { owned: owned.length, deletions: bidders.filter((bidder) => bidder === undefined).length, sharesIds };
}

/** What withdrawing a document would delete; what it would only let go of is left out. */
export async function deletionsOf(
  ledger: Pick<Ledger, "readDocument" | "listOwned">,
  documentId: string,
): Promise<readonly OwnedResource[]> {
  const record = await ledger.readDocument(documentId);
  const revisions = record?.current === undefined ? [] : [record.current, ...record.overtaken];
  const apiIds = new Set(revisions.flatMap((revision) => revision.apiIds));
  const lists = await Promise.all([...apiIds].map((apiId) => ledger.listOwned(apiId)));
  return lists.flat().filter((resource) => resource.documentId === documentId && isDeleted(resource));
}

/** What a dropped resource comes to: deleted if created and forgotten if adopted, unless its policy says otherwise. */
function isDeleted({ deletionPolicy, origin }: OwnedResource): boolean {
  return deletionPolicy === undefined ? origin === "created" : deletionPolicy === "Delete";
}

function without(apiIds: readonly string[], apiId: string): readonly string[] {
  return apiIds.filter((other) => other !== apiId);
}
