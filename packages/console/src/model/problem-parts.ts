import { leadsTo } from "@specdrop/engine";
import { nameOf } from "@specdrop/inspect/doctor/survey";
import type { ApiLook } from "@specdrop/inspect/look";
import type { DocumentRecord } from "@specdrop/ledger/port";
import type { PageProblem, ResponseRef, Sentence } from "../state.ts";
import { code, joined, listed } from "../words.ts";
import { nameOfDocument } from "./commands.ts";
import type { Row } from "./row.ts";
import type { Evidence, JudgedResponse } from "./standing.ts";

export type ProblemDraft = Omit<PageProblem, "responses"> & { readonly responses?: readonly ResponseRef[] };

export const refOf = ({ apiId, integrationId, key }: Row): ResponseRef => ({ apiId, integrationId, key });

export const refsOf = (all: readonly JudgedResponse[]): readonly ResponseRef[] => all.map(({ row }) => refOf(row));

/** An API's name, else its id. */
export function apiName(look: ApiLook | undefined, apiId: string): string {
  const name = look !== undefined && "survey" in look ? look.survey.api.Name : undefined;
  return name === undefined || name === "" ? apiId : name;
}

export function nameOfApi({ aws }: Evidence, apiId: string): string {
  return apiName(aws?.apis.get(apiId), apiId);
}

/** The route that leads to a response, where there is one; else its integration. */
export function routeOf({ aws }: Evidence, { apiId, integrationId }: Row): string {
  const look = aws?.apis.get(apiId);
  const routes = look !== undefined && "survey" in look ? look.survey.routes : [];
  const route = routes.find((one) => leadsTo(one, integrationId));
  return route === undefined ? integrationId : nameOf(route);
}

/** `messageRefused, roomClosed and 3 more`. */
export function idsOf(all: readonly JudgedResponse[]): Sentence {
  return listed(
    all.map(({ row }) => row.logicalId),
    3,
  );
}

/** `s3://specs/chat.yaml revision 8, line 24`. */
export function documentIn(record: DocumentRecord, sequence = record.current?.sequence, line?: number): Sentence {
  const revision = sequence === undefined ? "" : ` revision ${sequence}`;
  return [code(record.documentId), `${revision}${line === undefined ? "" : `, line ${line}`}`];
}

/** `chat · messageRefused · s3://specs/chat.yaml revision 8`. */
export function whereIs(
  evidence: Evidence,
  all: readonly JudgedResponse[],
  { line, more = [] }: { readonly line?: number | undefined; readonly more?: Sentence } = {},
): Sentence {
  const [first] = all;
  if (first === undefined) return [];
  const { row } = first;
  const documents = new Map(all.map((one) => [one.row.documentId, one.row.record]));
  const of: Sentence =
    documents.size === 1
      ? documentIn(row.record, undefined, line)
      : listed([...documents.values()].map(({ documentId }) => code(nameOfDocument(documentId))));
  return joined([nameOfApi(evidence, row.apiId)], [...idsOf(all), ...more], of);
}

export const iso = (epochMs: number): string => new Date(epochMs).toISOString();
