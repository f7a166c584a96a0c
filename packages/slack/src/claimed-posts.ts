import { NotNow } from "./slack-error.ts";

/** What Slack has been told of one thing: of a run, or of one event. */
export interface SlackPost {
  readonly channel?: string;
  readonly ts?: string;
  /** The event that the message shows, or that needed no message. */
  readonly told?: string;
  /** The event that has its reply in the thread. */
  readonly replied?: string;
  /** How far the run was that the message shows. */
  readonly shown?: number;
  /** The channel whose digest waits for this event's delivery. */
  readonly carries?: string;
}

export interface ClaimedPost {
  readonly post: SlackPost;
  save(change: SlackPost): Promise<void>;
  release(): Promise<void>;
}

/** Remembers what was posted, with one writer at a time for each thing. */
export interface SlackPosts {
  /** `undefined` while another has it. A claim that is never released ends after `ttlMs`. */
  claim(id: string, ttlMs: number): Promise<ClaimedPost | undefined>;
}

/** Longer than all that is done under a claim. */
const CLAIM_MS = 90_000;
const BUSY_MS = 5_000;

/** Throws `NotNow` while another delivery has the thing. */
export async function underClaim<Result>(
  posts: SlackPosts,
  id: string,
  act: (claim: ClaimedPost) => Promise<Result>,
): Promise<Result> {
  const claim = await posts.claim(id, CLAIM_MS);
  if (claim === undefined) throw new NotNow("Another delivery is posting it", BUSY_MS);
  try {
    return await act(claim);
  } finally {
    // Where this fails, the claim ends by itself.
    await claim.release().catch(() => undefined);
  }
}

/** Names all that is told of a run. */
export function runId(operationId: string, apiId: string): string {
  return `${operationId}|${apiId}`;
}
