import type { RunProgressDetail } from "@specdrop/events";
import type { SlackMessage } from "./block-kit.ts";
import type { ClaimedPost } from "./claimed-posts.ts";
import type { MessagePlace, Messenger } from "./messenger.ts";
import { SlackError } from "./slack-error.ts";

interface ProgressWays {
  /** Epoch milliseconds of an ISO 8601 time. */
  readonly parseTime: (time: string) => number;
  readonly edit: NonNullable<Messenger["edit"]>;
  readonly post: (message: SlackMessage) => Promise<MessagePlace>;
  readonly render: () => SlackMessage;
}

/** Of two that were told in the same millisecond the one with more ended changes is the later: so many are told apart. */
const ENDED_PER_MS = 2_048;
const NOT_POSTED = -1;

/** Edits a run's message, or posts it. `false` where it shows as much already, and where nothing is to be shown any more. */
export async function showProgress(
  { time, ended }: RunProgressDetail,
  { post: known, save }: ClaimedPost,
  { edit, post, render, parseTime }: ProgressWays,
): Promise<boolean> {
  // By time, since what has ended may count from 0 again in the next invocation, and runs of one revision follow each other.
  const shown = parseTime(time) * ENDED_PER_MS + Math.min(ended, ENDED_PER_MS - 1);
  const { told, channel, ts, shown: before = NOT_POSTED } = known;
  if (told !== undefined || before >= shown) return false;
  if (channel !== undefined && ts !== undefined) {
    await edit({ channel, ts }, render());
    await save({ shown });
    return true;
  }
  // Slack may have the first, though its answer was lost: then a second would leave it at "Applying" for good.
  if (before !== NOT_POSTED) return false;
  await save({ shown });
  try {
    await save(await post(render()));
    return true;
  } catch (error) {
    if (!(error instanceof SlackError) || error.code === "rate_limited") await save({ shown: NOT_POSTED });
    throw error;
  }
}
