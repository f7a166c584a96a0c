import { isLifecycleRoute, isProxy, leadsTo } from "@specdrop/engine";
import { command, commandText } from "@specdrop/spec";
import { diagnoseResponses } from "./diagnose-responses.ts";
import type { DoctorFinding } from "./finding.ts";
import {
  integrationIdOf,
  isWebSocket,
  nameOf,
  type Survey,
  type SurveyedIntegration,
  type SurveyedRoute,
} from "./survey.ts";

/** What is amiss on an API, in the order a message takes. */
export function diagnose(survey: Survey): readonly DoctorFinding[] {
  const { api, routes, integrations } = survey;
  if (!isWebSocket(api)) return [notWebSocket(api.ApiId, String(api.ProtocolType))];
  return [
    ...aboutUnseen(survey),
    ...aboutApi(survey),
    ...routes.flatMap((route) => aboutRoute(route, survey)),
    ...integrations.flatMap((integration) => aboutIntegration(integration, survey)),
    ...aboutStages(survey),
  ];
}

/** What AWS does not let us read may be as it should, or not. */
function aboutUnseen({ api: { ApiId: subject }, unseen }: Survey): readonly DoctorFinding[] {
  if (unseen.size === 0) return [];
  const reasons = [...new Set(unseen.values())].join(", ");
  const problem = `AWS does not let you read all of API ${subject} (${reasons}). Not checked: ${[...unseen.keys()].join(", ")}.`;
  const help = "Allow cloudformation:GetResource, cloudformation:ListResources and apigateway:GET on the whole API.";
  return [{ level: "risk", certainty: "unknown", part: "api", subject, problem, help }];
}

export function noApi(subject: string): DoctorFinding {
  const problem = `API ${subject} does not exist.`;
  const help = "Check the id, and that it is an API of this account and region.";
  return { level: "break", certainty: "certain", part: "api", subject, problem, help };
}

function notWebSocket(subject: string, type: string): DoctorFinding {
  const problem = `API ${subject} is of type ${type}: it has no integration responses.`;
  const help = "Only WebSocket APIs have them: check that it is the API you mean.";
  return { level: "break", certainty: "certain", part: "api", subject, problem, help };
}

function aboutApi(survey: Survey): readonly DoctorFinding[] {
  const { routes, integrations, stages, unseen, isTakenToExist } = survey;
  const { ApiId } = survey.api;
  if (isTakenToExist && routes.length + integrations.length + stages.length === 0) {
    const problem = `API ${ApiId} does not exist: nobody created it in this embedded stack, and it has no responses.`;
    const help = "Check the id, create the API here, or apply a document that names it.";
    return [{ level: "break", certainty: "certain", part: "api", subject: ApiId, problem, help }];
  }
  if (routes.length > 0 || unseen.has("routes")) return [];
  const about = { part: "api", subject: ApiId } as const;
  if (isTakenToExist) {
    const problem = `API ${ApiId} was not created in this embedded stack, which takes it to exist: its routes cannot be checked.`;
    const help = "Create routes for it here to have the way to the client checked.";
    return [{ ...about, level: "risk", certainty: "unknown", problem, help }];
  }
  const problem = `API ${ApiId} has no routes: no message of a client leads anywhere.`;
  const help = commandText(
    command`aws apigatewayv2 create-route --api-id ${ApiId} --route-key '$default' --target integrations/INTEGRATION`,
  );
  return [{ ...about, level: "break", certainty: "certain", problem, help }];
}

function aboutRoute(route: SurveyedRoute, { integrations, unseen }: Survey): readonly DoctorFinding[] {
  const subject = nameOf(route);
  const about = { level: "break", certainty: "certain", part: "route", subject, routeId: route.RouteId } as const;
  const target = integrationIdOf(route);
  if (target === undefined) {
    const problem = `Route ${subject} leads to no integration.`;
    return [{ ...about, problem, help: "Give it a Target: integrations/ and an IntegrationId." }];
  }
  const integration = integrations.find(({ IntegrationId }) => IntegrationId === target);
  if (integration === undefined) {
    if (unseen.has("integrations")) return [];
    const problem = `Route ${subject} leads to integration ${target}, which does not exist.`;
    return [{ ...about, problem, help: "Give it another Target, or create the integration." }];
  }
  return isLifecycleRoute(route) ? aboutLifecycle(route, integration) : aboutWayBack(route, integration);
}

const DECLARE = "Declare a response with the key $default in a document, and apply it.";

/** A connection is accepted only when its integration succeeds; what `$disconnect` comes to, nobody sees. */
function aboutLifecycle(route: SurveyedRoute, integration: SurveyedIntegration): readonly DoctorFinding[] {
  const isAnswered = integration.responses === undefined || integration.responses.length > 0;
  if (route.RouteKey !== "$connect" || isProxy(integration) || isAnswered) return [];
  const { IntegrationId: subject, IntegrationType } = integration;
  const problem = `Route $connect leads to integration ${subject} (${IntegrationType}), which has no integration response: every client is refused.`;
  const about = { part: "integration", subject, routeId: route.RouteId } as const;
  return [{ ...about, level: "break", certainty: "certain", problem, help: DECLARE }];
}

/**
 * "API Gateway will not pass the backend response through to the route response, unless you set up a route response";
 * "for non-proxy integrations, you must set up at least one integration response" (developer guide, "Set up route responses" and "Set up a WebSocket API integration response"). A route response alone is enough, seen on real APIs.
 */
function aboutWayBack(route: SurveyedRoute, integration: SurveyedIntegration): readonly DoctorFinding[] {
  const subject = nameOf(route);
  if (route.responses === undefined || integration.responses === undefined) return [];
  const about = { routeId: route.RouteId, integrationId: integration.IntegrationId } as const;
  const isTwoWay = route.responses.length > 0;
  const answers = !isProxy(integration) && integration.responses.length > 0;
  const selects = (route.RouteResponseSelectionExpression ?? "") !== "";
  if (!isTwoWay && (selects || answers)) {
    const problem = selects
      ? `Route ${subject} selects route responses and has none: nothing comes back.`
      : `Route ${subject} is one-way: what integration ${integration.IntegrationId} answers never reaches the client.`;
    const help =
      "Write TwoWay: true in the document of the integration's responses; or create a RouteResponse for the route, with the RouteResponseKey $default.";
    return [{ ...about, level: "break", certainty: "certain", part: "routeResponse", subject, problem, help }];
  }
  if (!isTwoWay || answers || isProxy(integration)) return [];
  const problem = `Route ${subject} is two-way, but integration ${integration.IntegrationId} has no integration response: there is nothing to send back.`;
  return [
    {
      ...about,
      part: "integration",
      subject: integration.IntegrationId,
      level: "break",
      certainty: "certain",
      problem,
      help: DECLARE,
    },
  ];
}

function aboutIntegration(integration: SurveyedIntegration, survey: Survey): readonly DoctorFinding[] {
  const { IntegrationId: subject, IntegrationType, responses = [] } = integration;
  if (responses.length === 0) return [];
  const about = { part: "integrationResponse", subject, integrationId: subject } as const;
  if (isProxy(integration)) {
    const problem = `Integration ${subject} is ${IntegrationType}: its responses (${responses.length}) are not used, and what the backend answers goes to the client as it is.`;
    const help = "Nothing needs to be done. The responses can be deleted.";
    return [{ ...about, level: "remark", certainty: "certain", problem, help }];
  }
  const findings = diagnoseResponses(integration);
  const isUnseen = survey.unseen.has("routes") || (survey.isTakenToExist && survey.routes.length === 0);
  if (isUnseen || survey.routes.some((route) => leadsTo(route, subject))) return findings;
  const problem = `No route leads to integration ${subject}: its responses (${responses.length}) are never used.`;
  const help = `Give a route the Target integrations/${subject}.`;
  return [{ ...about, level: "break", certainty: "certain", problem, help }, ...findings];
}

function aboutStages({ api: { ApiId }, routes, stages, unseen, isTakenToExist }: Survey): readonly DoctorFinding[] {
  if (unseen.has("stages")) return [];
  if (isTakenToExist && stages.length === 0) {
    // Where the routes cannot be checked either, that is said already.
    if (routes.length === 0) return [];
    const problem = `API ${ApiId} was not created in this embedded stack, which takes it to exist: its stages cannot be checked.`;
    const help = "Create a stage for it here to have it checked.";
    return [{ level: "risk", certainty: "unknown", part: "stage", subject: ApiId, problem, help }];
  }
  if (stages.length === 0) {
    const problem = `API ${ApiId} has no stage: clients cannot connect to it.`;
    const help = `${commandText(command`aws apigatewayv2 create-stage --api-id ${ApiId} --stage-name prod`)}, and deploy to it.`;
    return [{ level: "break", certainty: "certain", part: "stage", subject: ApiId, problem, help }];
  }
  const empty = stages.filter(({ DeploymentId }) => DeploymentId === undefined || DeploymentId === "");
  return empty.map(({ StageName, AutoDeploy }) => ({
    level: "break",
    certainty: AutoDeploy === true ? "likely" : "certain",
    part: "stage",
    subject: StageName,
    problem: `Nothing was ever deployed to stage ${StageName}: clients get nothing of what is configured.`,
    help:
      AutoDeploy === true
        ? "The stage has AutoDeploy: the next change of a route or an integration deploys."
        : commandText(command`aws apigatewayv2 create-deployment --api-id ${ApiId} --stage-name ${StageName}`),
  }));
}
