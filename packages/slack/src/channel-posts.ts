import type { Clock } from "@specdrop/engine";
import { type SlackMessage, section, message as slackMessage } from "./block-kit.ts";
import {
  type Admission,
  admit,
  book,
  type ChannelPace,
  type ChannelState,
  type DigestEntry,
  pause,
  told,
} from "./channel-pace.ts";
import type { ClaimedPost } from "./claimed-posts.ts";
import type { PipelineNames } from "./commands.ts";
import { renderDigest } from "./digest-message.ts";
import type { MessagePlace, Messenger } from "./messenger.ts";
import { NotNow, SlackError } from "./slack-error.ts";

/** Remembers what is under way in a channel. */
export interface SlackChannels {
  change<Outcome>(
    channel: string,
    next: (state: ChannelState | undefined) => { readonly state: ChannelState; readonly outcome: Outcome },
  ): Promise<Outcome>;
}

interface ChannelPostsOptions {
  readonly messenger: Messenger;
  readonly channels: SlackChannels;
  readonly clock: Clock;
  readonly pace: ChannelPace;
  /** Named by commands. */
  readonly pipeline: PipelineNames | undefined;
}

const RATE_LIMITED_MS = 30_000;

/** Posts at the pace that a channel takes. Throws `NotNow` where that is later, or a `SlackError`. */
export function channelPosts({ messenger, channels, clock, pace, pipeline }: ChannelPostsOptions) {
  async function post(channel: string, message: SlackMessage, thread?: string): Promise<MessagePlace> {
    try {
      return await withPlainTextFallback(message, (taken) => messenger.post(channel, taken, thread));
    } catch (error) {
      if (error instanceof SlackError && error.code === "rate_limited") {
        const until = clock.now() + (error.retryAfterMs ?? RATE_LIMITED_MS);
        await channels.change(channel, (state) => pause(state, until)).catch(() => undefined);
      }
      throw error;
    }
  }

  async function wait(milliseconds: number): Promise<void> {
    if (milliseconds > pace.longestWaitMs)
      throw new NotNow("The channel has reached its rate limit for now", milliseconds);
    if (milliseconds > 0) await clock.sleep(milliseconds);
  }

  async function postDigest(
    channel: string,
    { digest, waitMs }: Extract<Admission, { kind: "digest" }>,
  ): Promise<void> {
    await wait(waitMs);
    await post(channel, renderDigest(digest, pipeline));
    const hasMore = await channels.change(channel, (state) => told(state, digest, clock.now() + pace.windowMs));
    if (hasMore) throw new NotNow("More results came while a digest was posted", pace.windowMs);
  }

  return {
    /** A message that no digest takes up, in its turn. */
    async postByItself(channel: string, message: SlackMessage, thread?: string): Promise<MessagePlace> {
      await wait(await channels.change(channel, (state) => book(state, clock.now(), pace)));
      return await post(channel, message, thread);
    },

    /** A result in its turn, by itself or with others; then it has no place. */
    async postResult(
      channel: string,
      entry: DigestEntry,
      claim: ClaimedPost,
      render: () => SlackMessage,
    ): Promise<MessagePlace | undefined> {
      const admission = await channels.change(channel, (state) => admit(state, entry, clock.now(), pace));
      switch (admission.kind) {
        case "joined":
          return undefined;
        case "carry":
          // However late it comes back, the digest may hold what somebody has to look at.
          await claim.save({ carries: channel });
          throw new NotNow("Results are gathered for a digest", admission.waitMs);
        case "digest":
          await postDigest(channel, admission);
          return undefined;
        case "post":
          await wait(admission.waitMs);
          return await post(channel, render());
      }
    },
  };
}

// What Slack says of blocks that it does not take.
const NOT_UNDERSTOOD = new Set([
  "invalid_blocks",
  "invalid_blocks_format",
  "invalid_payload",
  "msg_too_long",
  "msg_blocks_too_long",
]);

/** A message that Slack does not understand is told as plain text: its author cannot mend it now, and its reader waits. */
export async function withPlainTextFallback<Result>(
  message: SlackMessage,
  send: (message: SlackMessage) => Promise<Result>,
): Promise<Result> {
  try {
    return await send(message);
  } catch (error) {
    if (!(error instanceof SlackError) || !NOT_UNDERSTOOD.has(error.code)) throw error;
    return await send(slackMessage(message.text, [section(message.text.slice(0, 3_000))]));
  }
}
