import type { DesiredResource, Diagnostic } from "@specdrop/spec";
import { START_OF_TEXT } from "@specdrop/spec";
import type { Change } from "./change.ts";
import type { ChangeSet } from "./change-set.ts";
import { isOverBudget } from "./deletion-budget.ts";
import { isIntegrationResponse, type LiveResource, type OwnedResource, place } from "./model.ts";

/** Why a plan must not be carried out. */
export interface Conflict {
  readonly code: "SD5001" | "SD5002" | "SD5003" | "SD5004" | "SD5007";
  readonly message: string;
  readonly help: string;
  /** The resource that is in the way of the plan; absent where the document as a whole is. */
  readonly desired?: DesiredResource;
  /** What another document owns, where that is in the way. */
  readonly owned?: OwnedResource;
}

export function unowned(desired: DesiredResource, live: LiveResource): Conflict {
  return {
    code: "SD5001",
    message: `${place(desired)} already exists (${live.identifier}), and no document owns it.`,
    help: `To adopt it, add the line "adopt: true" to ${desired.logicalId}. Its other properties stay as they are.`,
    desired,
  };
}

export function ownedByAnother(desired: DesiredResource, owned: OwnedResource): Conflict {
  return {
    code: "SD5002",
    message: `${place(desired)} belongs to ${owned.documentId}, as ${owned.logicalId}.`,
    help: `Remove ${owned.logicalId} from ${owned.documentId}: the response then passes to this document as it is, without being deleted. Or remove ${desired.logicalId} from this document.`,
    desired,
    owned,
  };
}

export function recreatedByAnother(desired: DesiredResource, live: LiveResource): Conflict {
  return {
    code: "SD5004",
    message: `${place(desired)} is not the one that this document created: somebody deleted that one and created ${live.identifier}.`,
    help: `To adopt the new one, add the line "adopt: true" to ${desired.logicalId}; or delete it in AWS, and this document creates its own.`,
    desired,
  };
}

/** A document that lets go of much at once is more likely a mistake than a wish. A withdrawal is a deliberate act. */
export function deletionBudgetConflicts(
  changeSet: ChangeSet,
  changes: readonly Change[],
  owned: readonly OwnedResource[],
): readonly Conflict[] {
  if (changeSet.mode === "withdraw") return [];
  const lost = changes.filter(
    (change) =>
      change.action === "delete" &&
      // Route responses hold nothing that was written in a document: to let go of them is a line in it, or a route of others.
      isIntegrationResponse(change.owned) &&
      !changeSet.movedAway?.has(change.owned.logicalId),
  );
  const deletions = lost.length + changeSet.elsewhere.deletions;
  const ours = owned.filter((one) => one.documentId === changeSet.documentId && isIntegrationResponse(one));
  const total = ours.length + changeSet.elsewhere.owned;
  if (deletions > (changeSet.allowDeletions ?? 0) && sharesNothing(changeSet, ours))
    return [anotherFile(deletions, total)];
  if (!isOverBudget(deletions, total, changeSet.allowDeletions)) return [];
  return [
    {
      code: "SD5003",
      message: `This revision would delete ${deletions} of the ${total} responses that the document owns.`,
      help: `To delete them, write "AllowDeletions: ${deletions}" at the top of the document.`,
    },
  ];
}

/** Whether no ApiId and no logical id of what the document declares is one of what it owns. One that declares nothing says so. */
function sharesNothing({ desired, movedAway, elsewhere }: ChangeSet, ours: readonly OwnedResource[]): boolean {
  const logicalIds = new Set([...desired.map(({ logicalId }) => logicalId), ...(movedAway ?? [])]);
  const isNamed = desired.length > 0 && ours.length > 0;
  if (logicalIds.size === 0 || isNamed || elsewhere.sharesIds) return false;
  return !ours.some(({ logicalId }) => logicalIds.has(logicalId));
}

function anotherFile(deletions: number, total: number): Conflict {
  return {
    code: "SD5007",
    message: `This revision shares no ApiId and no logical id with the ${total} responses that the document owns, and would delete ${deletions} of them. It looks like another file under the same name.`,
    help: `Perhaps two checkouts share a ledger, or a wrong file was copied over this one: give the other file its own name, and restore the right one. To delete the responses, write "AllowDeletions: ${deletions}" at the top of the document.`,
  };
}

export function conflictDiagnostic(conflict: Conflict, file: string): Diagnostic {
  return {
    code: conflict.code,
    severity: "error",
    message: conflict.message,
    file,
    range: conflict.desired?.range ?? START_OF_TEXT,
    pointer: conflict.desired?.pointer ?? "",
    help: conflict.help,
  };
}
