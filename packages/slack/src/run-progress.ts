import type { RunProgressDetail } from "@specdrop/events";
import type { SlackMessage } from "./block-kit.ts";
import type { ClaimedPost } from "./claimed-posts.ts";
import type { Messenger, Place } from "./messenger.ts";
import { SlackError } from "./slack-error.ts";

interface ProgressWays {
  readonly edit: NonNullable<Messenger["edit"]>;
  readonly post: (message: SlackMessage) => Promise<Place>;
  readonly render: () => SlackMessage;
}

/** A run is longer than any invocation: what has ended counts from 0 in each. */
const PARTS = 1_000_000;
const NOT_POSTED = -1;

/** Edits a run's message, or posts it. `false` where it shows as much already, and where nothing is to be shown any more. */
export async function showProgress(
  { part, ended }: RunProgressDetail,
  { post: known, save }: ClaimedPost,
  { edit, post, render }: ProgressWays,
): Promise<boolean> {
  const shown = part * PARTS + ended;
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
