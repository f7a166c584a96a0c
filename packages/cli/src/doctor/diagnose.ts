import { isLifecycleRoute, isProxy, leadsTo } from "@specdrop/engine";
import {
  integrationIdOf,
  isWebSocket,
  nameOf,
  type Survey,
  type SurveyedIntegration,
  type SurveyedRoute,
} from "./survey.ts";

/** A place in the way of a message and its answer where something is amiss. */
export interface Finding {
  /** `break`: something never gets through. `risk`: some of it may not. */
  readonly level: "break" | "risk";
  readonly part: "api" | "route" | "integration" | "integrationResponse" | "routeResponse" | "stage";
  /** Which one: a route's key, an id, a stage's name. */
  readonly subject: string;
  readonly problem: string;
  readonly help: string;
}

/** What is amiss on an API, in the order a message takes. */
export function diagnose(survey: Survey): readonly Finding[] {
  const { api, routes, integrations } = survey;
  if (!isWebSocket(api)) return [notWebSocket(api.ApiId, String(api.ProtocolType))];
  return [
    ...(routes.length === 0 ? [noRoutes(api.ApiId)] : []),
    ...routes.flatMap((route) => aboutRoute(route, integrations)),
    ...integrations.flatMap((integration) => aboutIntegration(integration, routes)),
    ...aboutStages(survey),
  ];
}

function notWebSocket(subject: string, type: string): Finding {
  const problem = `API ${subject} is of type ${type}: it has no integration responses.`;
  const help = "Only WebSocket APIs have them: check that it is the API you mean.";
  return { level: "break", part: "api", subject, problem, help };
}

function noRoutes(subject: string): Finding {
  const problem = `API ${subject} has no routes: no message of a client leads anywhere.`;
  const help = `aws apigatewayv2 create-route --api-id ${subject} --route-key '$default' --target integrations/INTEGRATION`;
  return { level: "break", part: "api", subject, problem, help };
}

function aboutRoute(route: SurveyedRoute, integrations: readonly SurveyedIntegration[]): readonly Finding[] {
  const subject = nameOf(route);
  const about = { level: "break", subject } as const;
  const target = integrationIdOf(route);
  if (target === undefined) {
    const problem = `Route ${subject} leads to no integration.`;
    return [{ ...about, part: "route", problem, help: "Give it a Target: integrations/ and an IntegrationId." }];
  }
  const integration = integrations.find(({ IntegrationId }) => IntegrationId === target);
  if (integration === undefined) {
    const problem = `Route ${subject} leads to integration ${target}, which does not exist.`;
    return [{ ...about, part: "route", problem, help: "Give it another Target, or create the integration." }];
  }
  return isLifecycleRoute(route) ? [] : aboutWayBack(route, integration);
}

const SELECT = "Set the route's RouteResponseSelectionExpression to $default.";
const RESPOND = "Create a RouteResponse for the route, with the RouteResponseKey $default.";

function aboutWayBack(route: SurveyedRoute, integration: SurveyedIntegration): readonly Finding[] {
  const subject = nameOf(route);
  const about = { level: "break", part: "routeResponse", subject } as const;
  const answers = !isProxy(integration) && integration.responses.length > 0;
  const selects = (route.RouteResponseSelectionExpression ?? "") !== "";
  const responds = route.responses.length > 0;
  if (responds && !selects) {
    const problem = `Route ${subject} has a route response, but no RouteResponseSelectionExpression that selects it: nothing comes back.`;
    return [{ ...about, problem, help: SELECT }];
  }
  if (selects && !responds) {
    const problem = `Route ${subject} selects route responses and has none: nothing comes back.`;
    return [{ ...about, problem, help: RESPOND }];
  }
  if (!responds && answers) {
    const problem = `Route ${subject} is one-way: what integration ${integration.IntegrationId} answers never reaches the client.`;
    return [{ ...about, problem, help: `${RESPOND} ${SELECT}` }];
  }
  if (!responds || answers || isProxy(integration)) return [];
  return [
    {
      ...about,
      part: "integration",
      subject: integration.IntegrationId,
      problem: `Route ${subject} is two-way, but integration ${integration.IntegrationId} has no integration response: there is nothing to send back.`,
      help: "Declare a response with the key $default in a document, and apply it.",
    },
  ];
}

function aboutIntegration(integration: SurveyedIntegration, routes: readonly SurveyedRoute[]): readonly Finding[] {
  const { IntegrationId: subject, IntegrationType, responses } = integration;
  if (responses.length === 0) return [];
  const about = { part: "integrationResponse", subject } as const;
  if (isProxy(integration)) {
    const problem = `Integration ${subject} is ${IntegrationType}: its responses (${responses.length}) are never used.`;
    const help = "Make it AWS, HTTP or MOCK, or delete its responses.";
    return [{ ...about, level: "break", problem, help }];
  }
  const findings: Finding[] = [];
  if (!routes.some((route) => leadsTo(route, subject))) {
    const problem = `No route leads to integration ${subject}: its responses (${responses.length}) are never used.`;
    findings.push({ ...about, level: "break", problem, help: `Give a route the Target integrations/${subject}.` });
  }
  const keys = responses.map(({ IntegrationResponseKey }) => IntegrationResponseKey);
  if (!keys.includes("$default")) {
    const problem = `Integration ${subject} has no $default response: an answer that no key matches is an error.`;
    findings.push({ ...about, level: "risk", problem, help: "Add a response with the key $default." });
  }
  for (const key of keys.filter((each) => each !== "$default" && !/^\/.+\/$/s.test(each))) {
    const problem = `The key ${key} of integration ${subject} is neither $default nor between slashes: it probably matches nothing.`;
    findings.push({ ...about, level: "risk", problem, help: `Write it as a regular expression: /${key}/` });
  }
  return findings;
}

function aboutStages({ api, stages }: Survey): readonly Finding[] {
  const { ApiId } = api;
  if (stages.length === 0) {
    const problem = `API ${ApiId} has no stage: clients cannot connect to it.`;
    const help = `aws apigatewayv2 create-stage --api-id ${ApiId} --stage-name prod, and deploy to it.`;
    return [{ level: "break", part: "stage", subject: ApiId, problem, help }];
  }
  const empty = stages.filter(({ DeploymentId }) => DeploymentId === undefined || DeploymentId === "");
  return empty.map(({ StageName }) => ({
    level: "break",
    part: "stage",
    subject: StageName,
    problem: `Nothing was ever deployed to stage ${StageName}: clients get nothing of what is configured.`,
    help: `aws apigatewayv2 create-deployment --api-id ${ApiId} --stage-name ${StageName}`,
  }));
}
