import { type BackendKind, isLifecycleRoute, isProxy, kindOf, leadsTo } from "@specdrop/engine";
import type { DoctorFinding } from "@specdrop/inspect/doctor/finding";
import { nameOf, type Survey, type SurveyedIntegration, type SurveyedRoute } from "@specdrop/inspect/doctor/survey";
import type { ApiLook } from "@specdrop/inspect/look";
import type { Cell, RouteState } from "../state.ts";
import { CELL } from "../words.ts";

/** What stands around the responses of one integration. */
export interface Around {
  readonly type?: string;
  readonly cell: Cell;
  /** At least one: where none leads here, or none is known, it says so. */
  readonly routes: readonly RouteState[];
}

const NOT_COMPARED: Cell = { state: "unproven", words: CELL.notCompared };
const UNREADABLE: Cell = { state: "unproven", words: CELL.unreadable };
const ASSUMED: Cell = { state: "unproven", words: CELL.assumed };
const LIVE: Cell = { state: "live", words: CELL.live };
const MISSING: Cell = { state: "blocked", words: CELL.missing, isCause: true };

/** What a cell says where there is no survey to ask. */
function withoutSurvey(look: ApiLook | undefined): Cell {
  if (look === undefined) return NOT_COMPARED;
  return "isGone" in look ? MISSING : UNREADABLE;
}

/** The integration and the routes that lead to it. */
export function around(look: ApiLook | undefined, integrationId: string, findings: readonly DoctorFinding[]): Around {
  if (look === undefined || !("survey" in look)) {
    const cell = withoutSurvey(look);
    return { cell, routes: [{ routeId: "", name: "?", cell, routeResponse: { key: "?", cell } }] };
  }
  const { survey } = look;
  const integration = survey.integrations.find((one) => one.IntegrationId === integrationId);
  const risks = findings.filter((one) => one.level === "risk" && one.integrationId === integrationId);
  const warning = risks.length === 0 ? {} : { warning: risks.map(({ problem }) => problem).join(" ") };
  const type = integration === undefined ? undefined : typeOf(integration);
  return {
    ...(type === undefined ? {} : { type }),
    cell: { ...integrationCell(survey, integration), ...warning },
    routes: routesTo(survey, integrationId, integration),
  };
}

function integrationCell(survey: Survey, integration: SurveyedIntegration | undefined): Cell {
  if (survey.isTakenToExist) return ASSUMED;
  if (integration === undefined) return survey.unseen.has("integrations") ? UNREADABLE : MISSING;
  return isProxy(integration) ? { ...LIVE, words: CELL.proxy } : LIVE;
}

const KINDS = { lambda: "Lambda", http: "HTTP", aws: "AWS", mock: "MOCK" } as const satisfies Record<
  BackendKind,
  string
>;

function typeOf(integration: SurveyedIntegration): string | undefined {
  if (integration.IntegrationType === "AWS_PROXY") return "Lambda proxy";
  if (integration.IntegrationType === "HTTP_PROXY") return "HTTP proxy";
  const kind = kindOf(integration);
  return kind === undefined ? integration.IntegrationType : KINDS[kind];
}

function routesTo(
  survey: Survey,
  integrationId: string,
  integration: SurveyedIntegration | undefined,
): readonly RouteState[] {
  const leading = survey.routes.filter((route) => leadsTo(route, integrationId));
  if (leading.length > 0) return leading.map((route) => routeOf(route, integration));
  const cell = survey.unseen.has("routes") ? UNREADABLE : isAssumed(survey, "routes") ? ASSUMED : NO_ROUTE;
  const isCause = cell === NO_ROUTE && (integration === undefined || !isProxy(integration));
  const back = cell === NO_ROUTE ? { ...cell, words: CELL.noRoute } : cell;
  return [
    {
      routeId: "",
      name: cell === NO_ROUTE ? "none" : "?",
      cell: { ...cell, ...(isCause ? { isCause: true as const } : {}) },
      routeResponse: { key: cell === NO_ROUTE ? "none" : "?", cell: back },
    },
  ];
}

const NO_ROUTE: Cell = { state: "blocked", words: CELL.noRoute };

function routeOf(route: SurveyedRoute, integration: SurveyedIntegration | undefined): RouteState {
  const { RouteId: routeId, responses } = route;
  const is = (key: string, cell: Cell): RouteState => ({
    routeId,
    name: nameOf(route),
    cell: LIVE,
    routeResponse: { key, cell },
  });
  if (responses === undefined) return is("?", UNREADABLE);
  if (responses.length > 0)
    return is(responses.map(({ RouteResponseKey = "$default" }) => RouteResponseKey).join(", "), LIVE);
  if (isLifecycleRoute(route)) return is("none", { ...LIVE, words: CELL.noClientRoute });
  if (integration !== undefined && isProxy(integration)) return is("none", { ...LIVE, words: CELL.nothingBack });
  return is("none", { state: "blocked", words: CELL.nothingBack, isCause: true });
}

/** Whether dev takes a part to exist: nobody created the API there, nor any of that part. */
function isAssumed({ isTakenToExist, routes, stages }: Survey, part: "routes" | "stages"): boolean {
  return isTakenToExist && (part === "routes" ? routes : stages).length === 0;
}

/** The stages of a document's responses: the one it deploys to, else all. `undefined` is: not known from AWS. */
export function stagesFor(look: ApiLook | undefined, stageName: string | undefined): readonly string[] | undefined {
  if (stageName !== undefined) return [stageName];
  if (look === undefined || !("survey" in look) || look.survey.unseen.has("stages")) return undefined;
  return look.survey.stages.map(({ StageName }) => StageName);
}

/** The stage's own part of the way: whether it is there, and something was ever deployed to it. */
export function stageCell(look: ApiLook | undefined, stageName: string | undefined): { name: string; cell: Cell } {
  if (look === undefined || !("survey" in look)) return { name: stageName ?? "?", cell: withoutSurvey(look) };
  const { survey } = look;
  if (survey.unseen.has("stages")) return { name: stageName ?? "?", cell: UNREADABLE };
  if (isAssumed(survey, "stages")) return { name: stageName ?? "?", cell: ASSUMED };
  const stages = survey.stages.filter(({ StageName }) => stageName === undefined || StageName === stageName);
  if (stages.length === 0) {
    const words = stageName === undefined ? CELL.noStage : CELL.missing;
    return { name: stageName ?? "none", cell: { ...MISSING, words } };
  }
  const name = stages.map(({ StageName }) => StageName).join(", ");
  const isDeployed = stages.some(({ DeploymentId = "" }) => DeploymentId !== "");
  return { name, cell: isDeployed ? LIVE : { ...MISSING, words: CELL.neverDeployed } };
}

/** The part of the way that a certain or likely break of `diagnose` stands in, for a response; `undefined` where none does. */
export function blockedBy(
  findings: readonly DoctorFinding[],
  integrationId: string,
  stages: readonly string[] | undefined,
): string | undefined {
  const breaks = findings.filter(({ level }) => level === "break");
  const on = (part: DoctorFinding["part"]) => breaks.filter((one) => one.part === part);
  if (on("api").length > 0) return "API";
  // Nobody gets in.
  if (on("integration").some((one) => one.integrationId === undefined)) return "$connect";
  const ofIntegration = breaks.filter((one) => one.integrationId === integrationId).map(({ part }) => part);
  if (ofIntegration.includes("integrationResponse")) return "route";
  if (ofIntegration.includes("integration")) return "integration";
  if (ofIntegration.includes("routeResponse")) return "route response";
  const broken = on("stage").map(({ subject }) => subject);
  if (broken.length === 0) return undefined;
  const isAnyLeft = stages?.some((name) => !broken.includes(name)) ?? false;
  return isAnyLeft ? undefined : "stage";
}
