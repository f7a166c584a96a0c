import type { ResultEvent } from "@specdrop/events";
import { context, header, message, type SlackMessage, section } from "./block-kit.ts";
import type { Digest, DigestEntry } from "./channel-pace.ts";
import { formatCommands, type PipelineNames, statusCommand } from "./commands.ts";
import { headline, needsAttention } from "./headline.ts";
import { firstProblem } from "./problems.ts";
import { code } from "./untrusted.ts";

const MOST_COUNTS = 20;

/** What a digest keeps of a result. */
export function digestEntry(event: ResultEvent): DigestEntry {
  const { metadata, data } = event.detail;
  const title = headline(event);
  if (!needsAttention(event)) return { id: metadata.id, title };
  const place = data.apiId === undefined ? "" : ` on API ${code(data.apiId, 64)}`;
  const problem = firstProblem(data);
  const reason = problem === undefined ? "" : `: ${code(problem, 160)}`;
  return { id: metadata.id, title, failure: `${title} ${code(data.document.key, 120)}${place}${reason}` };
}

/** Many results in one message: how many of each, and the first that somebody has to look at. */
export function renderDigest({ ids, counts, failures, failed }: Digest, names?: PipelineNames): SlackMessage {
  const listed = Object.entries(counts).slice(0, MOST_COUNTS);
  const summary = listed.map(([title, count]) => `${title}: ${count}`).join(" · ");
  const more = failed - failures.length;
  const results = `${ids.length} ${ids.length === 1 ? "result" : "results"}`;
  return message(`Digest: ${results} (${summary})`, [
    header(`🗂️ Digest · ${results}`),
    section(summary),
    ...(failed > 0
      ? [
          section([...failures, ...(more > 0 ? [`+${more} more`] : [])].join("\n")),
          section(
            `*Next:* Correct what failed and drop it again. This lists how each document stands:\n${formatCommands([statusCommand(names)])}`,
          ),
        ]
      : []),
    context("Many results in a short time are posted together."),
  ]);
}
