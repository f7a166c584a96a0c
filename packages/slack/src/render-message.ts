import type { DeploymentResult, ResultEvent } from "@specdrop/events";
import { type Block, mrkdwn, type SlackMessage } from "./block-kit.ts";
import { formatChanges } from "./changes.ts";
import { formatCounts, formatDuration, wroteSomething } from "./counts.ts";
import { headline } from "./headline.ts";
import { LIMITS } from "./limits.ts";
import { nextStep } from "./next-step.ts";
import { baseName, formatProblems } from "./problems.ts";
import { code, link, prose } from "./untrusted.ts";

/** What a message may link to. Addresses that are not http(s) are left out. */
export interface RenderOptions {
  /** Where people can read the document. */
  readonly documentUrl?: string;
  /** Where people can look at the API. */
  readonly consoleUrl?: string;
}

/** The Slack message for a result; `undefined` for one that nobody needs to be told of (unchanged, superseded). */
export function renderMessage(event: ResultEvent, options: RenderOptions = {}): SlackMessage | undefined {
  const title = headline(event);
  if (title === undefined) return undefined;

  const { data } = event.detail;
  const { signs, words } = formatCounts(event);
  const name = baseName(data.document.key);
  const place = data.apiId === undefined ? "" : ` on API ${prose(data.apiId, 64)}`;
  const changes = formatChanges(data);
  const problems = formatProblems(data);
  const next = nextStep(event);

  return {
    text: `${title}: ${prose(name, 256)}${place} (${[signs, words].filter(Boolean).join(", ")})`,
    blocks: [
      { type: "header", text: { type: "plain_text", text: `${title} · ${prose(name, 80)}`, emoji: true } },
      section([signs && code(signs, 100), words].filter(Boolean).join(" · ")),
      { type: "section", fields: facts(event, options) },
      ...(changes.length > 0 ? [section(changes.join("\n"))] : []),
      ...(problems === undefined ? [] : [section(problems)]),
      ...(next === undefined ? [] : [section(`*Next:* ${next}`)]),
      origin(event),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

function section(text: string): Block {
  return { type: "section", text: mrkdwn(text) };
}

function facts({ detail: { data } }: ResultEvent, options: RenderOptions) {
  const { document, apiId, deployment } = data;
  const rows: [string, string | undefined][] = [
    [link(options.consoleUrl, "API"), apiId === undefined ? undefined : code(apiId, 64)],
    ["Stage", deployment === undefined || !wroteSomething(data) ? undefined : formatDeployment(deployment)],
    [
      link(options.documentUrl, "Document"),
      code(`s3://${document.bucket}/${document.key}`, LIMITS.fieldText / 2 - 100),
    ],
    ["Duration", formatDuration(data.durationMs)],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [mrkdwn(`*${label}*\n${value}`)]));
}

function formatDeployment({ status, stageName }: DeploymentResult): string {
  const words = {
    live: "live",
    pending: "not live before a deployment",
    unknown: "live only after a deployment, unless the stage has AutoDeploy",
    failed: "deployment failed",
  };
  return stageName === undefined ? words[status] : `${code(stageName, 128)}: ${words[status]}`;
}

function origin({ detail: { metadata, data } }: ResultEvent): Block {
  const { resultLocation } = data;
  const parts = [
    `Correlation ${code(metadata.correlationId, 256)}`,
    `Operation ${code(metadata.operationId, 128)}`,
    `Revision ${metadata.sequence}`,
    ...(resultLocation === undefined ? [] : [`Whole result ${code(resultLocation, 1_200)}`]),
  ];
  return { type: "context", elements: [mrkdwn(parts.join(" · "))] };
}
