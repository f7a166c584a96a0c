import type { ResultEvent } from "@specdrop/events";
import { message, type SlackMessage, section } from "./block-kit.ts";
import { headline } from "./headline.ts";
import { formatProblemsAtLength } from "./problems.ts";

/** The first problems, with room for more of them than the message has; `undefined` where there are none. */
export function renderFailureReply(event: ResultEvent): SlackMessage | undefined {
  const problems = formatProblemsAtLength(event.detail.data);
  return (
    problems &&
    message(`${headline(event)}: ${problems.count} ${problems.count === 1 ? "problem" : "problems"}`, [
      section(problems.text),
    ])
  );
}
