import { diagnose } from "@specdrop/inspect/doctor/diagnose";
import type { DoctorFinding } from "@specdrop/inspect/doctor/finding";
import type { RevisionView } from "@specdrop/inspect/history";
import type { LedgerView } from "@specdrop/inspect/ledger-view";
import type { AwsView } from "@specdrop/inspect/look";
import { statusOf } from "@specdrop/inspect/status";
import { command } from "@specdrop/spec";
import { activityOf, type ToldResults } from "./model/activity.ts";
import { apiOf, apisOf, countsOf } from "./model/apis.ts";
import { toCommand } from "./model/commands.ts";
import { deployedOn } from "./model/deployment.ts";
import { documentsOf } from "./model/documents.ts";
import { iso } from "./model/problem-parts.ts";
import { problemsOf } from "./model/problems.ts";
import { rowsOf } from "./model/row.ts";
import { type Evidence, type JudgedResponse, judge } from "./model/standing.ts";
import { verdictOf } from "./model/verdict.ts";
import type { ApiState, Banner, ConsoleState, StartStep, Where } from "./state.ts";
import { BANNER, START } from "./words.ts";

/** All that a page is made of. */
export interface ConsoleFacts {
  /** Changes with anything below; opaque. */
  readonly version: string;
  readonly view: LedgerView;
  /** What AWS had; without it nothing is live. */
  readonly aws?: AwsView;
  readonly where: Omit<Where, "comparedAt">;
  readonly told?: ToldResults;
  /** Histories of documents, the newest revision first; those that are not here are shown without. */
  readonly histories?: ReadonlyMap<string, readonly RevisionView[]>;
  /** Rows of APIs that are all live, too: a file has nothing to ask for them later. */
  readonly withAllRows?: boolean;
}

/** What the page shows. Pure: the same facts make the same page. */
export function consoleState(facts: ConsoleFacts): ConsoleState {
  const { version, view, aws, told = {}, histories = new Map(), withAllRows = false } = facts;
  const { judged, evidence } = judgeAll(facts);
  const status = statusOf(view);
  const problems = problemsOf(judged, evidence, status);
  const apis = apisOf(judged, evidence, withAllRows);
  const counts = countsOf(judged);
  const { documents, withdrawn, notApplied } = documentsOf(judged, evidence, histories);
  const where: Where = { ...facts.where, ...(aws === undefined ? {} : { comparedAt: iso(aws.at) }) };
  const waiting = status.documents.filter(({ apis: all }) => all.some(({ settled }) => !settled)).length;
  const verdict = verdictOf({
    ...{ at: iso(view.at), where, counts, problems, notApplied },
    apis: new Map(apis.map(({ apiId, name }) => [apiId, name])),
    documents: documents.length,
    ...(view.suspension === undefined || waiting === 0 ? {} : { waiting }),
    unprovenByWaiting: judged.filter((one) => one.state === "unproven" && one.overlay?.kind === "suspended").length,
  });
  const isEmpty = documents.length === 0;
  return {
    ...{ version, at: iso(view.at), where, verdict, counts, problems, apis, documents, withdrawn },
    banners: bannersOf(view, where),
    activity: activityOf(evidence, told),
    ...(isEmpty ? { start: startOf(where) } : {}),
  };
}

/** One API whole, for `api.json`; `undefined` where no document is about it. */
export function apiState(facts: ConsoleFacts, apiId: string): ApiState | undefined {
  const { judged, evidence } = judgeAll(facts);
  const own = judged.filter(({ row }) => row.apiId === apiId);
  return own.length === 0 ? undefined : apiOf(apiId, own, evidence, true);
}

/** Every response with its verdict. */
export function judgeAll({ view, aws }: Pick<ConsoleFacts, "view" | "aws">): {
  readonly judged: readonly JudgedResponse[];
  readonly evidence: Evidence;
} {
  const deployed = deployedOn(view.changeSets);
  const evidence: Evidence = { view, ...(aws && { aws }), deployed, findings: findingsOf(aws) };
  return { judged: rowsOf(view, aws).map((row) => judge(row, evidence)), evidence };
}

function findingsOf(aws: AwsView | undefined): ReadonlyMap<string, readonly DoctorFinding[]> {
  const findings = new Map<string, readonly DoctorFinding[]>();
  for (const [apiId, look] of aws?.apis ?? []) {
    // What dev takes to exist, nobody made: there is nothing to mend.
    if ("survey" in look && !look.survey.isTakenToExist) findings.set(apiId, diagnose(look.survey));
  }
  return findings;
}

function bannersOf(view: LedgerView, { kind, ledger }: Where): readonly Banner[] {
  const { suspension, hold } = view;
  const { held } = statusOf(view);
  const resume = toCommand(
    kind === "dev" ? command`specdrop resume --ledger dynamodb:specdrop` : command`specdrop resume --ledger ${ledger}`,
  );
  return [
    ...(suspension === undefined
      ? []
      : [
          {
            kind: "suspended" as const,
            sentence: BANNER.suspended(iso(suspension.since), suspension.by, suspension.reason),
            command: resume,
          },
        ]),
    ...(hold === undefined || held === undefined
      ? []
      : [
          {
            kind: "held" as const,
            sentence: BANNER.held(iso(hold.since), held.documents, held.responses),
            command: resume,
          },
        ]),
  ];
}

/** How to begin: with dev in three commands, elsewhere with one. */
function startOf({ kind, address = "", region = "us-east-1", ledger }: Where): readonly StartStep[] {
  if (kind === "snapshot") {
    return [
      {
        sentence: ["Apply a document to this ledger:"],
        command: toCommand(command`specdrop apply examples/chat.yaml --ledger ${ledger}`),
      },
    ];
  }
  const env = `AWS_ENDPOINT_URL=http://${address} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`;
  return [
    {
      sentence: START.point,
      command: { text: `export ${env} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local` },
    },
    { sentence: START.drop, command: { text: "aws s3 cp examples/chat.yaml s3://specs/" } },
    { sentence: START.change, command: { text: "aws s3 rm s3://specs/chat.yaml" } },
  ];
}
