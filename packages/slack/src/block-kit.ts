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

/** A link that looks like a button. Slack tells nobody of a click on it but the browser. */
export interface LinkButton {
  readonly type: "button";
  readonly text: PlainText;
  readonly url: string;
  readonly action_id: string;
}

interface ActionsBlock {
  readonly type: "actions";
  readonly elements: readonly LinkButton[];
  readonly block_id?: string;
}

export type SlackBlock = HeaderBlock | SectionBlock | ContextBlock | ActionsBlock;

/** A message, wherever it is posted. */
export interface SlackMessage {
  /** What notifications and screen readers take, and what is shown where blocks cannot be. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

export function mrkdwn(text: string): Mrkdwn {
  return { type: "mrkdwn", text, verbatim: true };
}

export function section(text: string): SlackBlock {
  return { type: "section", text: mrkdwn(text) };
}

export function header(text: string): SlackBlock {
  return { type: "header", text: { type: "plain_text", text, emoji: true } };
}

export function context(...texts: readonly string[]): SlackBlock {
  return { type: "context", elements: texts.map(mrkdwn) };
}

/** Nothing in it is fetched, or made a link, unless it is one already. */
export function message(text: string, blocks: readonly SlackBlock[]): SlackMessage {
  return { text, blocks, unfurl_links: false, unfurl_media: false };
}
