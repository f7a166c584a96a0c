import { explainStatusKey, kindOf } from "@specdrop/engine";
import { isStatusKey, missingTemplate } from "@specdrop/spec";
import type { DoctorFinding } from "./finding.ts";
import type { SurveyedIntegration } from "./survey.ts";

/** What may go wrong with the responses of an integration that is no proxy and has some. */
export function diagnoseResponses(integration: SurveyedIntegration): readonly DoctorFinding[] {
  const { IntegrationId: subject, responses = [] } = integration;
  const about = { level: "risk", part: "integrationResponse", subject, integrationId: subject } as const;
  const findings: DoctorFinding[] = [];
  const keys = responses.map(({ IntegrationResponseKey }) => IntegrationResponseKey);
  if (!keys.includes("$default")) {
    const problem = `Integration ${subject} has no $default response: an answer that no key matches is an error.`;
    findings.push({ ...about, certainty: "likely", problem, help: "Add a response with the key $default." });
  }
  for (const key of keys.filter((each) => each !== "$default" && !/^\/.+\/$/s.test(each))) {
    const problem = `The key ${key} of integration ${subject} is neither $default nor between slashes: it probably matches nothing.`;
    findings.push({ ...about, certainty: "unknown", problem, help: `Write it as a regular expression: /${key}/` });
  }
  if (kindOf(integration) === "lambda") {
    for (const response of responses.filter(({ IntegrationResponseKey }) => isStatusKey(IntegrationResponseKey))) {
      const { message: problem, help } = explainStatusKey(response);
      findings.push({ ...about, certainty: "certain", problem, help });
    }
  }
  for (const { IntegrationResponseKey, properties } of responses) {
    const { TemplateSelectionExpression = "", ResponseTemplates = {} } = properties;
    if (missingTemplate(TemplateSelectionExpression, Object.keys(ResponseTemplates)) === undefined) continue;
    const problem = `The response ${IntegrationResponseKey} of integration ${subject} always selects the same template, but there is none with that key.`;
    const help = "Correct its TemplateSelectionExpression, or add a template with the key $default.";
    findings.push({ ...about, certainty: "likely", problem, help });
  }
  return findings;
}
