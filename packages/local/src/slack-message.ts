/** A message as it was posted, and when; one that a bot edited as it is now, with what it was before. */
export interface KeptMessage {
  /** ISO 8601. */
  readonly receivedAt: string;
  /** A bot's only. */
  readonly ts?: string;
  readonly [name: string]: unknown;
}

export interface SlackReply {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}
