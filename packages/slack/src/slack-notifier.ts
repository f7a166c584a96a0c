import type { Clock } from "@specdrop/engine";
import type { OperationsEvent, ResultEvent, RunProgressDetail } from "@specdrop/events";
import { type AlarmChange, renderAlarm } from "./alarm-message.ts";
import { type ChannelPace, SLACK_PACE } from "./channel-pace.ts";
import { channelPosts, type SlackChannels, withPlainTextFallback } from "./channel-posts.ts";
import { type ClaimedPost, runId, type SlackPost, type SlackPosts, underClaim } from "./claimed-posts.ts";
import { digestEntry } from "./digest-message.ts";
import { renderFailureReply } from "./failure-reply.ts";
import { isSilent, needsAttention, outcomeOf } from "./headline.ts";
import { type Links, linksTo } from "./links.ts";
import type { MessagePlace, Messenger } from "./messenger.ts";
import { renderProgress } from "./progress-message.ts";
import { type RenderOptions, renderResult } from "./render-message.ts";
import { NOTICE_TITLES, renderNotice } from "./render-notice.ts";
import { channelFor, channelForProgress, type Routes } from "./routes.ts";
import { showProgress } from "./run-progress.ts";
import { SlackError } from "./slack-error.ts";

export interface SlackNotifierOptions {
  readonly messenger: Messenger;
  readonly posts: SlackPosts;
  readonly channels: SlackChannels;
  readonly clock: Clock;
  readonly routes: Routes;
  readonly links: Links;
  /** Slack's if not given. */
  readonly pace?: ChannelPace;
}

export type SlackNotifier = ReturnType<typeof slackNotifier>;

/** After that, nobody wants to know any more that all went well. */
const GOOD_NEWS_MS = 6 * 60 * 60_000;
const PROGRESS_NEWS_MS = 60_000;

/**
 * Tells people about results in Slack: each once, in the channel that the rules say, at a pace that Slack takes; many
 * at once as one digest. With a messenger that can edit, a run's message is edited as it goes, and a failure gets a
 * reply in its thread. Throws `NotNow` or a `SlackError`: then the same event is to be brought again.
 */
export function slackNotifier({
  messenger,
  posts,
  channels,
  clock,
  routes,
  links,
  pace = SLACK_PACE,
}: SlackNotifierOptions) {
  const { postByItself, postResult } = channelPosts({ messenger, channels, clock, pace, pipeline: links.pipeline });

  function isStale(event: ResultEvent): boolean {
    const age = clock.now() - links.calendar.parse(event.detail.metadata.time);
    return age > GOOD_NEWS_MS && !needsAttention(event);
  }

  /** Shows the result where its run was shown, and posts it to `channel`, if there is one, unless that is there. */
  async function tell(event: ResultEvent, channel: string | undefined, claim: ClaimedPost): Promise<void> {
    const { id } = event.detail.metadata;
    let place = placeOf(claim.post);
    if (claim.post.told !== id) {
      const shown = await edited(event, claim.post);
      const isThere = shown !== undefined && channel === channelForProgress(routes, event.detail.data.document.key);
      place = isThere || channel === undefined ? shown : await posted(event, channel, claim);
      // Told in a digest, it has no place of its own.
      await claim.save({ told: id, ...place });
    }
    if (place?.ts !== undefined && claim.post.replied !== id) await reply(event, place.channel, place.ts, claim);
  }

  /** Adds the problems at length to the thread of a failure. */
  async function reply(event: ResultEvent, channel: string, ts: string, claim: ClaimedPost): Promise<void> {
    const isFailure = outcomeOf(event) === "failed" || outcomeOf(event) === "rejected";
    const message = isFailure ? renderFailureReply(event) : undefined;
    if (message === undefined) return;
    await postByItself(channel, message, ts).catch((error: unknown) => {
      // Somebody deleted what it belongs to: that they have seen.
      if (!isGone(error)) throw error;
    });
    await claim.save({ replied: event.detail.metadata.id });
  }

  /** Shows the result where its run was shown; `undefined` where there is no such message any more. */
  async function edited(event: ResultEvent, { channel, ts }: SlackPost): Promise<MessagePlace | undefined> {
    if (messenger.edit === undefined || channel === undefined || ts === undefined) return undefined;
    try {
      await withPlainTextFallback(
        renderResult(event, linksOf(event)),
        (message) => messenger.edit?.({ channel, ts }, message) ?? Promise.resolve(),
      );
      return { channel, ts };
    } catch (error) {
      if (!isGone(error)) throw error;
      return undefined;
    }
  }

  const posted = (event: ResultEvent, channel: string, claim: ClaimedPost) =>
    postResult(channel, digestEntry(event), claim, () => renderResult(event, linksOf(event)));

  function linksOf({ detail: { metadata, data } }: ResultEvent): RenderOptions {
    const { document, apiId, durationMs } = data;
    return linksTo(links, { document, apiId, correlationId: metadata.correlationId, time: metadata.time, durationMs });
  }

  return {
    async notify(event: ResultEvent): Promise<void> {
      // Where messages are edited, what is silent ends a run that people may have seen begin, or that is being shown.
      if (messenger.edit === undefined && isSilent(event)) return;
      const isWanted = !isSilent(event) && !isStale(event);
      const channel = isWanted ? channelFor(routes, event) : undefined;
      await underClaim(posts, postIdOf(event), (claim) => tell(event, claim.post.carries ?? channel, claim));
    },

    async announce(notice: OperationsEvent): Promise<void> {
      const { id } = notice.detail.metadata;
      const entry = { id, title: NOTICE_TITLES[notice.detailType] };
      await underClaim(posts, id, async (claim) => {
        if (claim.post.told === id) return;
        const channel = claim.post.carries ?? routes.defaultChannel;
        const place = await postResult(channel, entry, claim, () => renderNotice(notice, links.pipeline));
        await claim.save({ told: id, ...place });
      });
    },

    /** `false` where alarms are not posted. */
    async alarm(alarm: AlarmChange): Promise<boolean> {
      const { alarmChannel } = routes;
      if (alarmChannel === undefined) return false;
      const id = `alarm|${alarm.name}|${alarm.time}`;
      await underClaim(posts, id, async (claim) => {
        if (claim.post.told === id) return;
        // By itself: what is urgent does not wait for a digest.
        const place = await postByItself(alarmChannel, renderAlarm(alarm));
        await claim.save({ told: id, ...place });
      });
      return true;
    },

    /**
     * Shows how far a run is, in a message of its own that the result will take the place of. Whatever stands in the
     * way, it is not tried again: the next one, or the result, says more. `false` where nothing was shown.
     */
    async progress(progress: RunProgressDetail): Promise<boolean> {
      const { document, apiId, correlationId, operationId, time, elapsedMs } = progress;
      const { edit } = messenger;
      const channel = channelForProgress(routes, document.key);
      const isNews = clock.now() - links.calendar.parse(time) <= PROGRESS_NEWS_MS;
      if (edit === undefined || channel === undefined || !isNews) return false;
      const subject = { document, apiId, correlationId, time, durationMs: elapsedMs };
      return await underClaim(posts, runId(operationId, apiId), (claim) =>
        showProgress(progress, claim, {
          edit,
          parseTime: links.calendar.parse,
          post: (message) => postByItself(channel, message),
          render: () => renderProgress(progress, linksTo(links, subject)),
        }),
      );
    },
  };
}

// A message that can be neither edited nor answered, for whatever reason lies with the message.
const GONE = new Set([
  "message_not_found",
  "cant_update_message",
  "edit_window_closed",
  "channel_not_found",
  "is_archived",
  "thread_not_found",
]);

function isGone(error: unknown): boolean {
  return error instanceof SlackError && GONE.has(error.code);
}

function placeOf({ channel, ts }: SlackPost): MessagePlace | undefined {
  if (channel === undefined) return undefined;
  return { channel, ...(ts === undefined ? {} : { ts }) };
}

/** One for all that is told of a run: every event of drift is a thing of its own. */
function postIdOf({ detail: { metadata, data } }: ResultEvent): string {
  return data.mode === "drift" ? metadata.id : runId(metadata.operationId, data.apiId ?? "");
}
