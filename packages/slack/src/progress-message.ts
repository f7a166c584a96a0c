import type { RunProgressDetail } from "@specdrop/events";
import { context, header, message, mrkdwn, type SlackMessage, section } from "./block-kit.ts";
import { formatDuration } from "./counts.ts";
import { LIMITS } from "./limits.ts";
import { baseName } from "./problems.ts";
import { buttons, type RenderOptions } from "./render-message.ts";
import { code, link, prose } from "./untrusted.ts";

const BAR = 20;

/** A run that goes on: how far it is. The result takes its place. */
export function renderProgress(progress: RunProgressDetail, options: RenderOptions = {}): SlackMessage {
  const { document, apiId, ended, total, failed, elapsedMs } = progress;
  const name = baseName(document.key);
  const done = total === 0 ? 0 : Math.min(BAR, Math.floor((BAR * ended) / total));
  const changes = total === 0 ? "at its first change" : `${ended} of ${total} changes`;
  const state = [changes, ...(failed > 0 ? [`${failed} failed`] : [])].join(", ");
  const failing = describeFailing(progress);
  return message(
    `⏳ Applying: ${prose(name, 256)} on API ${prose(apiId, 64)} (${[state, failing].filter(Boolean).join("; ")})`,
    [
      header(`⏳ Applying · ${prose(name, 80)}`),
      section(`\`${"█".repeat(done)}${"░".repeat(BAR - done)}\` ${state}`),
      ...(failing === "" ? [] : [section(`⚠️ ${failing}`)]),
      {
        type: "section",
        fields: [
          mrkdwn(`*${link(options.consoleUrl, "API")}*\n${code(apiId, 64)}`),
          mrkdwn(
            `*${link(options.documentUrl, "Document")}*\n${code(`s3://${document.bucket}/${document.key}`, LIMITS.fieldText / 2 - 100)}`,
          ),
          mrkdwn(`*So far*\n${formatDuration(elapsedMs)}`),
        ],
      },
      ...buttons(options),
      context(
        `Correlation ${code(progress.correlationId, 256)} · Operation ${code(progress.operationId, 128)} · Revision ${progress.sequence}`,
      ),
    ],
  );
}

const CAUSES: Readonly<Record<NonNullable<RunProgressDetail["failure"]>["cause"], string>> = {
  throttled: "AWS is throttling",
  aws: "AWS answers with errors, or not at all,",
  credentials: "AWS does not accept the credentials or permissions",
  busy: "Another run has the API",
  other: "Runs fail",
};

/** Why it takes so long, in a sentence; empty where no run has failed. */
function describeFailing({ failure }: RunProgressDetail): string {
  if (failure === undefined) return "";
  const { tries, cause, since, code: error } = failure;
  const times = tries === 1 ? "once" : `${tries} times`;
  return `${CAUSES[cause]} since ${prose(since.slice(11, 16), 5)} UTC (${code(error, 64)}); tried ${times}, and it is tried again.`;
}
