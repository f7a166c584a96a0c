import {
  type Calendar,
  type ChannelPace,
  type ChannelState,
  type LinkTemplates,
  type Messenger,
  type Routes,
  type SlackChannels,
  type SlackError,
  type SlackMessage,
  type SlackPosts,
  slackNotifier,
} from "@specdrop/slack";

export const calendar: Calendar = {
  parse: (time) => Date.parse(time),
  format: (epochMs) => new Date(epochMs).toISOString(),
};

/** What a channel shows, and what was done to it. */
export interface Posted {
  readonly channel: string;
  readonly ts: string;
  readonly thread?: string;
  message: SlackMessage;
  readonly at: number;
  edits: number;
}

const NO_LINKS: LinkTemplates = { document: "", api: "", logs: "", page: "" };

type Post = NonNullable<Awaited<ReturnType<SlackPosts["claim"]>>>["post"];

/** A Slack, a table and a clock in memory, and a notifier in front of them. */
export function slackWorld({
  bot = true,
  posts: givenPosts,
  rules = [],
  alarmChannel,
  pace,
  start = Date.parse("2026-11-22T12:00:00.000Z"),
}: {
  readonly bot?: boolean;
  /** In place of those in memory. */
  readonly posts?: SlackPosts;
  readonly rules?: Routes["rules"];
  readonly alarmChannel?: string;
  readonly pace?: ChannelPace;
  readonly start?: number;
} = {}) {
  let now = start;
  const posted: Posted[] = [];
  const failures: SlackError[] = [];
  const posts = new Map<string, { post: Post; heldUntil: number; holder: number }>();
  const channels = new Map<string, ChannelState>();
  let holders = 0;

  const fail = () => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
  };
  const messenger: Messenger = {
    async post(channel, message, thread) {
      fail();
      const ts = `${posted.length + 1}`;
      posted.push({ channel, ts, message, at: now, edits: 0, ...(thread === undefined ? {} : { thread }) });
      return bot ? { channel, ts } : { channel };
    },
    ...(bot && {
      async edit({ channel, ts }, message) {
        fail();
        const found = posted.find((one) => one.ts === ts && one.channel === channel);
        if (found === undefined) throw new Error(`no message ${ts}`);
        found.message = message;
        found.edits++;
      },
    }),
  };
  const memoryPosts: SlackPosts = {
    async claim(id, ttlMs) {
      const item = posts.get(id) ?? { post: {}, heldUntil: 0, holder: 0 };
      posts.set(id, item);
      if (item.heldUntil > now) return undefined;
      const holder = ++holders;
      Object.assign(item, { holder, heldUntil: now + ttlMs });
      return {
        post: item.post,
        save: async (change) => {
          if (item.holder === holder) item.post = { ...item.post, ...change };
        },
        release: async () => {
          if (item.holder === holder) item.heldUntil = 0;
        },
      };
    },
  };
  const memoryChannels: SlackChannels = {
    async change(channel, next) {
      const { state, outcome } = next(channels.get(channel));
      channels.set(channel, state);
      return outcome;
    },
  };
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
  const notifier = slackNotifier({
    messenger,
    posts: givenPosts ?? memoryPosts,
    channels: memoryChannels,
    clock,
    routes: { defaultChannel: "#specs", rules, ...(alarmChannel !== undefined && { alarmChannel }) },
    links: { templates: NO_LINKS, region: "", logGroups: [], calendar },
    ...(pace === undefined ? {} : { pace }),
  });
  return { notifier, posted, failures, posts, channels, clock, memoryPosts };
}
