import type { Clock, ControlPlane, Gateway, Random, RequestRate } from "@specdrop/engine";
import { ControlPlaneError } from "@specdrop/engine/errors";
import type { DocumentRecord, Ledger } from "@specdrop/ledger/port";
import { readDeclared } from "@specdrop/service/documents";
import type { SpecDocument } from "@specdrop/spec";
import { type Survey, surveyApi } from "./doctor/survey.ts";
import type { AcceptedText, AcceptedTexts } from "./drift/accepted-texts.ts";
import { checkDrift, type DocumentDrift } from "./drift/check-drift.ts";
import type { LedgerView } from "./ledger-view.ts";

/** What came of looking at one API: what is there, that it is gone, or why it could not be read. */
export type ApiLook =
  | { readonly survey: Survey }
  | { readonly isGone: true }
  | { readonly error: { readonly code: string; readonly message: string } };

/** What AWS had, and what documents declare, to be held against a ledger. */
export interface AwsView {
  /** When the last read ended: epoch milliseconds. */
  readonly at: number;
  readonly apis: ReadonlyMap<string, ApiLook>;
  /** Of the revisions in force whose text is to be had, by document. */
  readonly declared: ReadonlyMap<string, SpecDocument>;
  /** By document: how what is live compares with the revision in force. */
  readonly drift: ReadonlyMap<string, DocumentDrift>;
}

export interface LookPorts {
  readonly ledger: Ledger;
  readonly texts: AcceptedTexts;
  readonly controlPlane: ControlPlane;
  readonly gateway: Gateway;
  readonly clock: Clock;
  readonly random: Random;
  /** The account's: each read takes a turn of it. Without it requests go out as fast as AWS answers. */
  readonly requestRate?: RequestRate;
}

/** Told which API is looked at, from 1, and of how many. */
export type LookProgress = (api: number, of: number) => void;

/** An earlier look, and which APIs are as they were then: of those nothing is read again. */
export interface EarlierLook {
  readonly view: LedgerView;
  readonly aws: AwsView;
  readonly isSame: (apiId: string) => boolean;
}

/** Looks at every API of a ledger once, and compares it with what the documents declare. Reads only. */
export async function lookAtAws(
  ports: LookPorts,
  view: LedgerView,
  { onProgress = () => {}, earlier }: { readonly onProgress?: LookProgress; readonly earlier?: EarlierLook } = {},
): Promise<AwsView> {
  const { ledger, clock, random, requestRate } = ports;
  const pace = async () => {
    if (requestRate !== undefined) await clock.sleep(await requestRate.book(1));
  };
  const gateway = paced(ports.gateway, pace);
  const controlPlane = listingOnce(paced(ports.controlPlane, pace));
  const apis = new Map<string, ApiLook>();
  for (const apiId of view.owned.keys()) {
    onProgress(apis.size + 1, view.owned.size);
    const known = earlier?.isSame(apiId) === true ? earlier.aws.apis.get(apiId) : undefined;
    apis.set(apiId, known ?? (await lookAtApi({ controlPlane, gateway }, apiId)));
  }
  const texts = readingOnce(ports.texts);
  const declared = new Map<string, SpecDocument>();
  const drift = new Map<string, DocumentDrift>();
  const isSame = earlier === undefined ? () => false : sameDocuments(view, earlier);
  for (const record of view.documents) {
    const { documentId } = record;
    const compared = earlier?.aws.drift.get(documentId);
    if (compared !== undefined && isSame(record)) {
      const known = earlier?.aws.declared.get(documentId);
      if (known !== undefined) declared.set(documentId, known);
      drift.set(documentId, compared);
      continue;
    }
    const document = await readDocument(texts, record);
    if (document !== undefined) declared.set(record.documentId, document);
    drift.set(record.documentId, await compare({ ledger, texts, controlPlane, clock, random }, record));
  }
  return { at: clock.now(), apis, declared, drift };
}

/** Whether neither a document's APIs nor anything the ledger has of it has changed. */
function sameDocuments(view: LedgerView, earlier: EarlierLook): (record: DocumentRecord) => boolean {
  const [now, then] = [factsByDocument(view), factsByDocument(earlier.view)];
  return ({ documentId, current }) =>
    (current?.apiIds ?? []).every(earlier.isSame) && now.get(documentId) === then.get(documentId);
}

function factsByDocument({ documents, changeSets, owned }: LedgerView): ReadonlyMap<string, string> {
  const results = Map.groupBy(changeSets, ({ documentId }) => documentId);
  const byApi = new Map([...owned].map(([apiId, resources]) => [apiId, JSON.stringify(resources)]));
  return new Map(
    documents.map((record) => {
      const around = (record.current?.apiIds ?? []).map((apiId) => byApi.get(apiId) ?? "");
      return [record.documentId, JSON.stringify([record, results.get(record.documentId), around])];
    }),
  );
}

async function lookAtApi(ports: Parameters<typeof surveyApi>[0], apiId: string): Promise<ApiLook> {
  try {
    const survey = await surveyApi(ports, apiId);
    return survey === undefined ? { isGone: true } : { survey };
  } catch (error) {
    if (!(error instanceof ControlPlaneError)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}

async function readDocument(texts: AcceptedTexts, { documentId, current }: DocumentRecord) {
  if (current?.kind !== "accepted") return undefined;
  const text = await texts.read(documentId, current);
  if ("missing" in text) return undefined;
  const declared = await readDeclared(text.body, documentId);
  return declared.mode === "unreadable" ? undefined : declared.document;
}

type DocumentLookPorts = Omit<LookPorts, "gateway" | "requestRate">;

async function compare({ controlPlane, ...ports }: DocumentLookPorts, record: DocumentRecord): Promise<DocumentDrift> {
  try {
    return await checkDrift({ ...ports, controlPlane: async () => controlPlane }, record);
  } catch (error) {
    if (!(error instanceof ControlPlaneError)) throw error;
    return { documentId: record.documentId, notChecked: `AWS could not be read (${error.code})`, apis: [] };
  }
}

const READS: ReadonlySet<string> = new Set<keyof Gateway | keyof ControlPlane | keyof ControlPlane["routeResponses"]>([
  ...(["getApi", "getIntegration", "listIntegrations", "listRoutes", "listRouteResponses"] as const),
  ...(["getStage", "listStages", "list", "get"] as const),
]);

/** Each read waits for its turn. */
function paced<Port extends object>(port: Port, pace: () => Promise<void>): Port {
  const members = Object.entries(port).map(([name, member]: [string, unknown]) => {
    if (typeof member === "object" && member !== null) return [name, paced(member, pace)];
    if (typeof member !== "function" || !READS.has(name)) return [name, member];
    const read = async (...args: readonly unknown[]): Promise<unknown> => {
      await pace();
      return member(...args);
    };
    return [name, read];
  });
  return Object.fromEntries(members) as Port;
}

/** The survey and the comparison of each document ask for the same lists. */
function listingOnce(controlPlane: ControlPlane): ControlPlane {
  const lists = new Map<string, ReturnType<ControlPlane["list"]>>();
  return {
    ...controlPlane,
    list(parent) {
      const key = `${parent.ApiId}|${parent.IntegrationId}`;
      const listed = lists.get(key) ?? controlPlane.list(parent);
      lists.set(key, listed);
      return listed;
    },
  };
}

/** A text is parsed for what it declares, and again to be compared. */
function readingOnce(texts: AcceptedTexts): AcceptedTexts {
  const read = new Map<string, Promise<AcceptedText>>();
  return {
    read(documentId, revision) {
      const text = read.get(documentId) ?? texts.read(documentId, revision);
      read.set(documentId, text);
      return text;
    },
  };
}
