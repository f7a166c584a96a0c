import { isProxy } from "@specdrop/engine";
import { diagnose, noApi } from "@specdrop/inspect/doctor/diagnose";
import { type DoctorFinding, isCertainBreak } from "@specdrop/inspect/doctor/finding";
import { integrationIdOf, nameOf, type Survey, surveyApi } from "@specdrop/inspect/doctor/survey";
import { visible } from "@specdrop/spec";
import { openControlPlane } from "../aws/cloud-control.ts";
import { count } from "../terminal/count.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface DoctorOptions {
  readonly api: string;
  readonly json?: boolean;
}

/** Follows a message through an API and its answer back. Exit code 1 where something certainly never gets through. */
export async function doctor({ api, json }: DoctorOptions, terminal: Terminal): Promise<number> {
  const { controlPlane, gateway, close } = await openControlPlane();
  try {
    terminal.progress(`reading API ${visible(api)}`);
    const survey = await surveyApi({ controlPlane, gateway }, api);
    const findings = survey === undefined ? [noApi(api)] : diagnose(survey);
    const ok = !findings.some(isCertainBreak);
    if (json) terminal.json({ apiId: api, ok, findings, ...(survey && shape(survey)) });
    else print(survey, findings, terminal);
    return ok ? 0 : 1;
  } finally {
    close();
  }
}

/** The API as it is, for machines. */
function shape({ routes, integrations, stages }: Survey) {
  return {
    routes: routes.map(({ responses, ...route }) => ({
      ...route,
      ...(responses && { routeResponses: responses.length }),
    })),
    integrations: integrations.map(({ IntegrationId, IntegrationType, responses }) => ({
      IntegrationId,
      IntegrationType,
      ...(responses && { responses: responses.map(({ IntegrationResponseKey }) => IntegrationResponseKey) }),
    })),
    stages,
  };
}

const LABELS = {
  break: { word: "broken", tint: "red" },
  risk: { word: "risk", tint: "yellow" },
  remark: { word: "remark", tint: "dim" },
} as const satisfies Record<DoctorFinding["level"], object>;

function print(survey: Survey | undefined, findings: readonly DoctorFinding[], { out, paint }: Terminal): void {
  for (const line of survey === undefined ? [] : chains(survey)) out(visible(line));
  for (const { level, certainty, problem, help } of findings) {
    const { word, tint } = LABELS[level];
    out(`${paint(tint, `${word}, ${certainty}:`)} ${visible(problem)}`);
    out(`  ${visible(help)}`);
  }
  const numberOf = (level: DoctorFinding["level"]) => findings.filter((finding) => finding.level === level).length;
  const [breaks, risks, remarks] = [numberOf("break"), numberOf("risk"), numberOf("remark")];
  const stages = survey?.stages.length ?? 0;
  // Cloud Control does not say when a deployment was made, nor what of.
  const unseen = breaks === 0 && stages > 0 ? " Whether a stage has the latest changes cannot be seen from here." : "";
  const counts = [
    breaks === 0 ? "No break" : count(breaks, "break"),
    count(risks, "risk"),
    ...(remarks === 0 ? [] : [count(remarks, "remark")]),
  ];
  out(`${counts.join(", ")}.${unseen}`);
}

/** `send → integration abc1234 (HTTP) → 3 integration responses → route response`, a line for each route, and the stages. */
function chains({ routes, integrations, stages }: Survey): readonly string[] {
  const lines = routes.map((route) => {
    const id = integrationIdOf(route);
    const integration = integrations.find(({ IntegrationId }) => IntegrationId === id);
    const answers = integration?.responses?.length;
    const answered = answers === undefined ? "integration responses unknown" : count(answers, "integration response");
    const back = route.responses?.length === 0 ? "one-way" : "route response";
    const steps = [
      nameOf(route),
      ...(id === undefined ? [] : [`integration ${id}${integration && ` (${integration.IntegrationType})`}`]),
      ...(integration === undefined || isProxy(integration) ? [] : [answered]),
      route.responses === undefined ? "route response unknown" : back,
    ];
    return steps.join(" → ");
  });
  const names = stages.map(({ StageName, AutoDeploy, DeploymentId }) => {
    const state = AutoDeploy === true ? "deploys by itself" : `deployment ${DeploymentId ?? "none"}`;
    return `stage ${StageName}: ${state}`;
  });
  return [...lines, ...names];
}
