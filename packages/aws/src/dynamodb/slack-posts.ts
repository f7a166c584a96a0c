import { createHash, randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "@specdrop/engine";
import type { ItemKey } from "./ledger/keys.ts";
import { ledgerTable } from "./table.ts";

/** What Slack has been told of one thing. */
interface Post {
  readonly channel?: string;
  readonly ts?: string;
  readonly told?: string;
  readonly replied?: string;
  readonly shown?: number;
  readonly carries?: string;
}

interface PostItem extends ItemKey, Post {
  readonly holder?: string;
  /** Epoch milliseconds. */
  readonly heldUntil?: number;
}

interface StoredPost {
  readonly post: Post;
  /** Adds to what is known; does nothing once somebody else holds the post. */
  save(change: Post): Promise<void>;
  release(): Promise<void>;
}

/** Longer than a message is delivered again, dead letters included. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;

/** What DynamoDB may delete: an attribute in epoch seconds. */
const forgetAt = (clock: Pick<Clock, "now">) => Math.ceil(clock.now() / 1_000) + KEPT_SECONDS;

/** All keys begin alike, so that who posts needs no right to any other item of the table. */
const keyOf = (kind: string, id: string): ItemKey => ({
  pk: `slack#${kind}#${createHash("sha256").update(id).digest("hex")}`,
  sk: kind,
});

/** What was posted, in the ledger's table: one item per thing that is told, one writer at a time. */
export function slackPosts(
  client: DynamoDBDocumentClient | DynamoDBClient,
  tableName: string,
  clock: Pick<Clock, "now">,
) {
  const table = ledgerTable(client, tableName);

  return {
    /** `undefined` while somebody else holds it. A claim that is never released ends by itself. */
    async claim(id: string, ttlMs: number): Promise<StoredPost | undefined> {
      const key = keyOf("post", id);
      const holder = randomUUID();
      const now = clock.now();
      const claimed = await table.update<PostItem>(
        key,
        {
          text: "SET #kind = :kind, #id = :id, #holder = :holder, #heldUntil = :until, #forgetAt = :forgetAt",
          values: {
            ":kind": "slackPost",
            ":id": id,
            ":holder": holder,
            ":until": now + ttlMs,
            ":forgetAt": forgetAt(clock),
          },
        },
        { text: "attribute_not_exists(#heldUntil) OR #heldUntil <= :now", values: { ":now": now } },
      );
      if (claimed === undefined) return undefined;
      const isHeld = { text: "#holder = :holder", values: { ":holder": holder } };
      return {
        post: claimed.before === undefined ? {} : postOf(claimed.before),
        async save(change) {
          const names = Object.keys(change);
          const text = `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`;
          const values = Object.fromEntries(Object.entries(change).map(([name, value]) => [`:${name}`, value]));
          if (names.length > 0) await table.update(key, { text, values }, isHeld);
        },
        async release() {
          await table.update(key, { text: "REMOVE #holder, #heldUntil" }, isHeld);
        },
      };
    },
  };
}

function postOf({ channel, ts, told, replied, shown, carries }: PostItem): Post {
  return {
    ...(channel === undefined ? {} : { channel }),
    ...(ts === undefined ? {} : { ts }),
    ...(told === undefined ? {} : { told }),
    ...(replied === undefined ? {} : { replied }),
    ...(shown === undefined ? {} : { shown }),
    ...(carries === undefined ? {} : { carries }),
  };
}

interface ChannelItem<State> extends ItemKey {
  readonly state: State;
  /** Counts the writes: a write is refused unless it is based on the latest. */
  readonly version: number;
}

/** What is under way in a channel, in one item of the ledger's table: changed by one writer at a time. */
export function slackChannels<State extends object>(
  client: DynamoDBDocumentClient | DynamoDBClient,
  tableName: string,
  clock: Pick<Clock, "now">,
) {
  const table = ledgerTable(client, tableName);
  return {
    change<Outcome>(
      channel: string,
      next: (state: State | undefined) => { readonly state: State; readonly outcome: Outcome },
    ): Promise<Outcome> {
      const key = keyOf("channel", channel);
      return table.retryOnConflict(`the channel ${channel}`, async () => {
        const held = await table.get<ChannelItem<State>>(key);
        const { state, outcome } = next(held?.state);
        const written = await table.put(
          { ...key, kind: "slackChannel", state, version: (held?.version ?? 0) + 1, forgetAt: forgetAt(clock) },
          held === undefined
            ? { text: "attribute_not_exists(#pk)" }
            : { text: "#version = :version", values: { ":version": held.version } },
        );
        return written ? { outcome } : undefined;
      });
    },
  };
}
