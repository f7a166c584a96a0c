/** Shown as it stands: no markup. */
interface PlainText {
  readonly type: "plain_text";
  readonly text: string;
  readonly emoji?: boolean;
}

/** Slack's own markup. `verbatim` keeps Slack from making links and mentions of what merely looks like one. */
export interface Mrkdwn {
  readonly type: "mrkdwn";
  readonly text: string;
  readonly verbatim: true;
}

interface HeaderBlock {
  readonly type: "header";
  readonly text: PlainText;
  readonly block_id?: string;
}

interface SectionBlock {
  readonly type: "section";
  readonly text?: Mrkdwn;
  readonly fields?: readonly Mrkdwn[];
  readonly block_id?: string;
}

interface ContextBlock {
  readonly type: "context";
  readonly elements: readonly Mrkdwn[];
  readonly block_id?: string;
}

export type Block = HeaderBlock | SectionBlock | ContextBlock;

/** The body of one POST to an incoming webhook. */
export interface SlackMessage {
  /** What notifications and screen readers take, and what is shown where blocks cannot be. */
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

export function mrkdwn(text: string): Mrkdwn {
  return { type: "mrkdwn", text, verbatim: true };
}
