import type { DeploymentResult, ResultEvent } from "@specdrop/events";
import { context, header, message, mrkdwn, type SlackBlock, type SlackMessage, section } from "./block-kit.ts";
import { formatChanges } from "./changes.ts";
import type { PipelineNames } from "./commands.ts";
import { formatCounts, formatDuration, wroteSomething } from "./counts.ts";
import { headline } from "./headline.ts";
import { LIMITS } from "./limits.ts";
import { nextStep } from "./next-step.ts";
import { baseName, formatProblems } from "./problems.ts";
import { button, code, link, prose } from "./untrusted.ts";
import { wayBack } from "./way-back.ts";

/** What a message may link to. Addresses that are not http(s) are left out. */
export interface RenderOptions {
  /** Where people can read the document, as it was. */
  readonly documentUrl?: string | undefined;
  /** Where people can look at the API. */
  readonly consoleUrl?: string | undefined;
  /** Where people can see how all of it stands. */
  readonly pageUrl?: string | undefined;
  /** Where people can see what the functions logged about it. */
  readonly logsUrl?: string | undefined;
  /** Named by commands. */
  readonly pipeline?: PipelineNames | undefined;
}

/** The Slack message for a result: also for one that is silent, which takes the place of a message about a run that people saw begin. */
export function renderResult(event: ResultEvent, options: RenderOptions = {}): SlackMessage {
  const title = headline(event);
  const { data } = event.detail;
  const { signs, words } = formatCounts(event);
  const name = baseName(data.document.key);
  const place = data.apiId === undefined ? "" : ` on API ${prose(data.apiId, 64)}`;
  const changes = formatChanges(data);
  const problems = formatProblems(data);
  // Where errors are listed, they say more.
  const isSaidBelow = data.diagnostics.length > 0 || data.changes.some(({ error }) => error !== undefined);
  const reason = isSaidBelow ? "" : prose(data.reason ?? "", 600).trim();
  const next = nextStep(event, options.pipeline);
  const back = wayBack(event, options.pipeline);

  return message(`${title}: ${prose(name, 256)}${place} (${[signs, words].filter(Boolean).join(", ")})`, [
    header(`${title} · ${prose(name, 80)}`),
    section([signs && code(signs, 100), words].filter(Boolean).join(" · ")),
    { type: "section", fields: facts(event, options) },
    ...(reason === "" ? [] : [section(reason)]),
    ...(changes.length > 0 ? [section(changes.join("\n"))] : []),
    ...(problems === undefined ? [] : [section(problems)]),
    ...(next === undefined ? [] : [section(`*Next:* ${next}`)]),
    ...(back === undefined ? [] : [section(`*Back:* ${back}`)]),
    ...buttons(options),
    origin(event),
  ]);
}

export function buttons({ documentUrl, consoleUrl, pageUrl, logsUrl }: RenderOptions): readonly SlackBlock[] {
  const elements = [
    ...button(documentUrl, "Open document", "open-document"),
    ...button(consoleUrl, "Open API", "open-api"),
    ...button(pageUrl, "Open page", "open-page"),
    ...button(logsUrl, "Query logs", "query-logs"),
  ];
  return elements.length === 0 ? [] : [{ type: "actions", elements }];
}

function facts({ detail: { data } }: ResultEvent, options: RenderOptions) {
  const { document, apiId } = data;
  const uploader = uploaderOf(document);
  const rows: [string, string | undefined][] = [
    [link(options.consoleUrl, "API"), apiId === undefined ? undefined : code(apiId, 64)],
    ["Stage", stageOf(data)],
    [
      link(options.documentUrl, "Document"),
      code(`s3://${document.bucket}/${document.key}`, LIMITS.fieldText / 2 - 100),
    ],
    ["Duration", formatDuration(data.durationMs)],
    ["From", uploader],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [mrkdwn(`*${label}*\n${value}`)]));
}

function stageOf(data: ResultEvent["detail"]["data"]): string | undefined {
  const { deployment, mode } = data;
  if (deployment === undefined) return undefined;
  if (mode === "plan")
    return `${code(deployment.stageName ?? "", 128)}: would be deployed, with all changes that are not live yet`;
  return wroteSomething(data) ? formatDeployment(deployment) : undefined;
}

function formatDeployment({ status, stageName }: DeploymentResult): string {
  const words = {
    live: "live",
    pending: "not live until a deployment",
    unknown: "live only after a deployment, unless the stage has AutoDeploy",
    failed: "deployment failed",
  };
  return stageName === undefined ? words[status] : `${code(stageName, 128)}: ${words[status]}`;
}

/** Who brought the document here, as far as that is known: the key of one that came as an event says it. */
function uploaderOf({ key, requester }: ResultEvent["detail"]["data"]["document"]): string | undefined {
  const sent = /^events\/(\d{12})\/([^/]+)\//.exec(key);
  if (sent !== null) return `${code(decoded(sent[2] ?? ""), 128)} of account ${code(sent[1] ?? "", 12)}`;
  return requester === undefined ? undefined : code(requester, 256);
}

/** A source's slashes are encoded in a key. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function origin({ detail: { metadata, data } }: ResultEvent): SlackBlock {
  const { resultLocation } = data;
  const parts = [
    `Correlation ${code(metadata.correlationId, 256)}`,
    `Operation ${code(metadata.operationId, 128)}`,
    `Revision ${metadata.sequence}`,
    ...(resultLocation === undefined ? [] : [`Full result ${code(resultLocation, 1_200)}`]),
  ];
  return context(parts.join(" · "));
}
