import { formatNaturalKey, isIntegrationResponse, type OwnedIntegrationResponse } from "@specdrop/engine";
import { type ChangeResult, isOfRoute, type ResultEvent } from "@specdrop/events";
import type { LedgerView } from "@specdrop/inspect/ledger-view";
import type { AwsView } from "@specdrop/inspect/look";
import type { ChangeSetState, DocumentRecord, Revision } from "@specdrop/ledger/port";
import type { DesiredResource } from "@specdrop/spec";

/** A response that a document owns, or declares and does not own, and all that is on record of it. */
export interface Row {
  readonly apiId: string;
  readonly integrationId: string;
  readonly key: string;
  readonly logicalId: string;
  readonly documentId: string;
  readonly record: DocumentRecord;
  readonly changeSet?: ChangeSetState;
  /** Absent where the document declares it and has it not. */
  readonly owned?: OwnedIntegrationResponse;
  /** Absent where the text is not known, or does not name it any more. */
  readonly desired?: DesiredResource;
  /** What the result of the revision in force says of it. */
  readonly change?: ChangeResult;
}

/** The result of the revision in force on an API; absent where it has none there. */
export function resultInForce(
  changeSet: ChangeSetState | undefined,
  current: Revision | undefined,
): ResultEvent | undefined {
  const { result, settledSequence = 0 } = changeSet ?? {};
  const isSettled = current !== undefined && settledSequence >= current.sequence;
  return isSettled && result?.sequence === current.sequence ? result.event : undefined;
}

export function changeSetKeyOf(documentId: string, apiId: string): string {
  return `${apiId}|${documentId}`;
}

/** Every response that is owned, then those that are declared, or were refused, and that their document does not own. */
export function rowsOf(view: LedgerView, aws: AwsView | undefined): readonly Row[] {
  const records = new Map(view.documents.map((record) => [record.documentId, record]));
  const changeSets = new Map(view.changeSets.map((one) => [changeSetKeyOf(one.documentId, one.apiId), one]));
  const rows = new Map<string, Row>();
  const add = (row: Omit<Row, "record" | "changeSet" | "change">) => {
    const record = records.get(row.documentId);
    const id = `${row.documentId}|${nameIn(row)}`;
    if (record === undefined || rows.has(id)) return;
    const changeSet = changeSets.get(changeSetKeyOf(row.documentId, row.apiId));
    const change = resultInForce(changeSet, record.current)?.detail.data.changes.find((one) => isAbout(one, row));
    rows.set(id, { ...row, record, ...(changeSet && { changeSet }), ...(change && { change }) });
  };

  const declared = new Map<string, DesiredResource>();
  for (const [documentId, { resources, dryRun }] of aws?.declared ?? []) {
    if (dryRun) continue;
    for (const desired of resources) declared.set(`${documentId}|${formatNaturalKey(desired)}`, desired);
  }
  for (const owned of [...view.owned.values()].flat()) {
    if (!isIntegrationResponse(owned)) continue;
    const { documentId, logicalId } = owned;
    const desired = declared.get(`${documentId}|${formatNaturalKey(owned)}`);
    add({ ...placeOf(owned), documentId, logicalId, owned, ...(desired && { desired }) });
  }
  for (const [id, desired] of declared) {
    const documentId = id.slice(0, -formatNaturalKey(desired).length - 1);
    add({ ...placeOf(desired), documentId, logicalId: desired.logicalId, desired });
  }
  // What a text that is not at hand declares is known from the changes it asked for.
  for (const changeSet of view.changeSets) {
    const event = resultInForce(changeSet, records.get(changeSet.documentId)?.current);
    const isKnown = aws?.declared.has(changeSet.documentId) === true;
    if (event === undefined || isKnown || event.detail.data.mode !== "apply") continue;
    for (const change of event.detail.data.changes) {
      const { integrationId, integrationResponseKey: key, logicalId, action, status } = change;
      if (isOfRoute(change) || integrationId === undefined || key === undefined) continue;
      const isWanted = action === "create" && status !== "succeeded";
      if (isWanted && event.detailType === "ApplyFailed")
        add({ apiId: changeSet.apiId, integrationId, key, logicalId, documentId: changeSet.documentId });
    }
  }
  return [...rows.values()];
}

function placeOf(name: {
  readonly ApiId: string;
  readonly IntegrationId: string;
  readonly IntegrationResponseKey: string;
}) {
  return { apiId: name.ApiId, integrationId: name.IntegrationId, key: name.IntegrationResponseKey };
}

/** Its natural key, as `formatNaturalKey` has it. */
export function nameIn({ apiId, integrationId, key }: Pick<Row, "apiId" | "integrationId" | "key">): string {
  return `${apiId}|${integrationId}|${key}`;
}

/** Whether a change is about a response. One that moves to another key is about both. */
export function isAbout(change: ChangeResult, { integrationId, key }: Pick<Row, "integrationId" | "key">): boolean {
  return !isOfRoute(change) && change.integrationId === integrationId && change.integrationResponseKey === key;
}
