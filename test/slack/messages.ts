import {
  admit,
  type ChannelState,
  CONSOLE_LINKS,
  digestEntry,
  type Links,
  linksTo,
  renderDigest,
  renderFailureReply,
  renderNotice,
  renderProgress,
  renderResult,
  SLACK_PACE,
  type SlackMessage,
} from "@specdrop/slack";
import { readGolden } from "../events/golden.ts";
import { aProgress, SCENARIOS } from "./scenarios.ts";
import { calendar } from "./world.ts";

const links: Links = {
  templates: CONSOLE_LINKS,
  region: "eu-central-1",
  logGroups: ["Intake", "Reconcile", "Sweep"].map((name) => `/aws/lambda/specdrop-production-${name}`),
  calendar,
  pipeline: { ledger: "dynamodb:specdrop-production-LedgerTable", bus: "specdrop-production-Events" },
};

function there(message: SlackMessage | undefined): SlackMessage {
  if (message === undefined) throw new Error("Nobody would be told");
  return message;
}

function aDigest(): SlackMessage {
  let state: ChannelState | undefined;
  const events = [...Array(17)].map((_, index) => readGolden(index % 2 === 0 ? "ApplySucceeded" : "ApplyFailed").event);
  for (const [index, event] of events.entries()) {
    state = admit(state, { ...digestEntry(event), id: `event-${index}` }, 0, SLACK_PACE).state;
  }
  if (state?.digest === undefined) throw new Error("There is no digest");
  return renderDigest(state.digest, links.pipeline);
}

const results = Object.entries(SCENARIOS).map(([name, event]): [string, SlackMessage] => {
  const { metadata, data } = event.detail;
  const { document, apiId, durationMs } = data;
  const subject = { document, apiId, correlationId: metadata.correlationId, time: metadata.time, durationMs };
  return [name, renderResult(event, linksTo(links, subject))];
});

const progress = aProgress();
const { document, apiId, correlationId, time, elapsedMs } = progress;

/** One of each message there is, by the name of its golden file. */
export const MESSAGES: Readonly<Record<string, SlackMessage>> = {
  ...Object.fromEntries(results),
  progress: renderProgress(progress, linksTo(links, { document, apiId, correlationId, time, durationMs: elapsedMs })),
  "failed-reply": there(renderFailureReply(readGolden("SpecRejected").event)),
  digest: aDigest(),
  suspended: renderNotice(
    {
      detailType: "Suspended",
      detail: {
        metadata: { id: "suspension-1", version: "1", time: "2026-11-22T12:00:00.000Z" },
        data: { by: "ada", since: "2026-11-22T12:00:00.000Z", reason: "the API is being moved" },
      },
    },
    links.pipeline,
  ),
};
