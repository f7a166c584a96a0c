import type { Clock } from "@specdrop/engine";
import type { OperationsEvent, ResultEvent, RunProgressDetail } from "@specdrop/events";
import { type SlackMessage, section, message as slackMessage } from "./block-kit.ts";
import {
  type Admission,
  admit,
  book,
  type ChannelState,
  type Digest,
  type DigestEntry,
  type Pace,
  pause,
  SLACK_PACE,
  told,
} from "./channel-pace.ts";
import { digestEntry, renderDigest } from "./digest-message.ts";
import { renderFailureReply } from "./failure-reply.ts";
import { isSilent, needsAttention, outcomeOf } from "./headline.ts";
import { type Links, linksTo } from "./links.ts";
import type { Messenger, Place } from "./messenger.ts";
import { renderProgress } from "./progress-message.ts";
import { type RenderOptions, renderResult } from "./render-message.ts";
import { renderNotice } from "./render-notice.ts";
import { channelFor, channelForProgress, type Routes } from "./routes.ts";
import { NotNow, SlackError } from "./slack-error.ts";

/** What Slack has been told of one thing: of a run, or of one event. */
export interface SlackPost {
  readonly channel?: string;
  readonly ts?: string;
  /** The event that the message shows. */
  readonly told?: string;
  /** The event that has its reply in the thread. */
  readonly replied?: string;
  /** How far the run was that the message shows. */
  readonly shown?: number;
}

export interface ClaimedPost {
  readonly post: SlackPost;
  save(change: SlackPost): Promise<void>;
  release(): Promise<void>;
}

/** Remembers what was posted, with one writer at a time for each thing. */
export interface SlackPosts {
  read(id: string): Promise<SlackPost | undefined>;
  /** `undefined` while another has it. A claim that is never released ends after `ttlMs`. */
  claim(id: string, ttlMs: number): Promise<ClaimedPost | undefined>;
}

/** Remembers what is under way in a channel. */
export interface SlackChannels {
  change<Outcome>(
    channel: string,
    next: (state: ChannelState | undefined) => { readonly state: ChannelState; readonly outcome: Outcome },
  ): Promise<Outcome>;
}

export interface SlackNotifierOptions {
  readonly messenger: Messenger;
  readonly posts: SlackPosts;
  readonly channels: SlackChannels;
  readonly clock: Clock;
  readonly routes: Routes;
  readonly links: Links;
  /** Slack's if not given; `undefined` members never hold back anything. */
  readonly pace?: Pace;
}

export type SlackNotifier = ReturnType<typeof slackNotifier>;

/** Longer than all that is done under a claim. */
const CLAIM_MS = 90_000;
const BUSY_MS = 5_000;
/** Longer waits are left to the queue. */
const LONGEST_WAIT_MS = 5_000;
const RATE_LIMITED_MS = 30_000;
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
  async function notify(event: ResultEvent): Promise<void> {
    if (isStale(event)) return;
    const id = postIdOf(event);
    const channel = channelFor(routes, event);
    const isShown = messenger.edit !== undefined && (await posts.read(id))?.ts !== undefined;
    // A run that people saw begin has its end shown, whatever it is.
    if (!isShown && (isSilent(event) || channel === undefined)) return;

    await underClaim(id, (claim) => tell(event, channel ?? routes.defaultChannel, claim));
  }

  async function announce(notice: OperationsEvent): Promise<void> {
    const { id } = notice.detail.metadata;
    const entry: DigestEntry = { id, title: `⏸️ ${notice.detailType}` };
    await underClaim(id, async ({ post: known, save }) => {
      if (known.told === id) return;
      const place = await postInTurn(routes.defaultChannel, entry, () => renderNotice(notice));
      await save({ told: id, ...place });
    });
  }

  async function underClaim(id: string, act: (claim: ClaimedPost) => Promise<void>): Promise<void> {
    const claim = await posts.claim(id, CLAIM_MS);
    if (claim === undefined) throw new NotNow("The event is being told by another delivery", BUSY_MS);
    try {
      await act(claim);
    } finally {
      // Where this fails, the claim ends by itself.
      await claim.release().catch(() => undefined);
    }
  }

  function isStale(event: ResultEvent): boolean {
    const age = clock.now() - links.calendar.parse(event.detail.metadata.time);
    return age > GOOD_NEWS_MS && !needsAttention(event);
  }

  async function tell(event: ResultEvent, channel: string, claim: ClaimedPost): Promise<void> {
    const { id } = event.detail.metadata;
    let place: Place | undefined = placeOf(claim.post);
    if (claim.post.told !== id) {
      place = (await edited(event, claim.post)) ?? (await posted(event, channel));
      // Told in a digest, it has no place of its own.
      await claim.save({ told: id, ...place });
    }
    const reply =
      outcomeOf(event) === "failed" || outcomeOf(event) === "rejected" ? renderFailureReply(event) : undefined;
    if (messenger.edit === undefined || reply === undefined || place?.ts === undefined || claim.post.replied === id)
      return;
    await wait(await channels.change(place.channel, (state) => book(state, clock.now(), pace)));
    await post(place.channel, reply, place.ts);
    await claim.save({ replied: id });
  }

  /** Shows the result where its run was shown; `undefined` where there is no such message any more. */
  async function edited(event: ResultEvent, { channel, ts }: SlackPost): Promise<Place | undefined> {
    if (messenger.edit === undefined || channel === undefined || ts === undefined) return undefined;
    try {
      await intelligibly(
        renderResult(event, linksOf(event)),
        (message) => messenger.edit?.({ channel, ts }, message) ?? Promise.resolve(),
      );
      return { channel, ts };
    } catch (error) {
      if (error instanceof SlackError && GONE.has(error.code)) return undefined;
      throw error;
    }
  }

  const posted = (event: ResultEvent, channel: string) =>
    postInTurn(channel, digestEntry(event), () => renderResult(event, linksOf(event)));

  /** Posts a message, or sees to it that it is told with others; then it has no place. */
  async function postInTurn(
    channel: string,
    entry: DigestEntry,
    render: () => SlackMessage,
  ): Promise<Place | undefined> {
    const admission = await channels.change(channel, (state) => admit(state, entry, clock.now(), pace));
    switch (admission.kind) {
      case "joined":
        return undefined;
      case "carry":
        throw new NotNow("Results are gathered for a digest", admission.waitMs);
      case "digest":
        await postDigest(channel, admission);
        return undefined;
      case "post":
        await wait(admission.waitMs);
        return await post(channel, render());
    }
  }

  async function postDigest(
    channel: string,
    { digest, waitMs }: Extract<Admission, { kind: "digest" }>,
  ): Promise<void> {
    await wait(waitMs);
    await post(channel, renderDigest(digest));
    if (await ended(channel, digest)) throw new NotNow("More results came while a digest was posted", pace.windowMs);
  }

  const ended = (channel: string, digest: Digest) =>
    channels.change(channel, (state) => told(state, digest, clock.now() + pace.windowMs));

  async function post(channel: string, message: SlackMessage, thread?: string): Promise<Place> {
    try {
      return await intelligibly(message, (taken) => messenger.post(channel, taken, thread));
    } catch (error) {
      if (error instanceof SlackError && error.code === "rate_limited") {
        const until = clock.now() + (error.retryAfterMs ?? RATE_LIMITED_MS);
        await channels.change(channel, (state) => pause(state, until)).catch(() => undefined);
      }
      throw error;
    }
  }

  async function wait(milliseconds: number): Promise<void> {
    if (milliseconds > LONGEST_WAIT_MS) throw new NotNow("The channel has had enough for now", milliseconds);
    if (milliseconds > 0) await clock.sleep(milliseconds);
  }

  function linksOf({ detail: { metadata, data } }: ResultEvent): RenderOptions {
    const { document, apiId, durationMs } = data;
    return linksTo(links, { document, apiId, correlationId: metadata.correlationId, time: metadata.time, durationMs });
  }

  return {
    notify,
    announce,

    /**
     * Shows how far a run is, in a message of its own that the result will take the place of. Whatever stands in the
     * way, it is not tried again: the next one, or the result, says more. `false` where nothing was shown.
     */
    async progress(progress: RunProgressDetail): Promise<boolean> {
      const { edit } = messenger;
      const channel = channelForProgress(routes, progress.document.key);
      if (edit === undefined || channel === undefined) return false;
      if (clock.now() - links.calendar.parse(progress.time) > PROGRESS_NEWS_MS) return false;
      const claim = await posts.claim(runId(progress.operationId, progress.apiId), CLAIM_MS);
      if (claim === undefined) return false;
      try {
        const { post: known } = claim;
        const shown = progress.part * PARTS + progress.ended;
        if (known.told !== undefined || (known.shown ?? -1) >= shown) return false;
        const { document, apiId, correlationId, time, elapsedMs } = progress;
        const message = renderProgress(
          progress,
          linksTo(links, { document, apiId, correlationId, time, durationMs: elapsedMs }),
        );
        if (known.channel !== undefined && known.ts !== undefined) {
          await edit({ channel: known.channel, ts: known.ts }, message);
          await claim.save({ shown });
          return true;
        }
        await wait(await channels.change(channel, (state) => book(state, clock.now(), pace)));
        await claim.save({ shown, ...(await post(channel, message)) });
        return true;
      } finally {
        await claim.release().catch(() => undefined);
      }
    },
  };
}

/** A run is longer than any invocation: what has ended counts from 0 in each. */
const PARTS = 1_000_000;

// A message that cannot be edited, for whatever reason lies with the message.
const GONE = new Set([
  "message_not_found",
  "cant_update_message",
  "edit_window_closed",
  "channel_not_found",
  "is_archived",
  "thread_not_found",
]);

// What Slack says of blocks that it does not take.
const NOT_UNDERSTOOD = new Set([
  "invalid_blocks",
  "invalid_blocks_format",
  "invalid_payload",
  "msg_too_long",
  "msg_blocks_too_long",
]);

/** A message that Slack does not understand is told as plain text: its author cannot mend it now, and its reader waits. */
async function intelligibly<Result>(
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

function placeOf({ channel, ts }: SlackPost): Place | undefined {
  if (channel === undefined) return undefined;
  return { channel, ...(ts === undefined ? {} : { ts }) };
}

/** One for all that is told of a run: every event of drift is a thing of its own. */
function postIdOf({ detail: { metadata, data } }: ResultEvent): string {
  return data.mode === "drift" ? metadata.id : runId(metadata.operationId, data.apiId ?? "");
}

function runId(operationId: string, apiId: string): string {
  return `${operationId}|${apiId}`;
}
