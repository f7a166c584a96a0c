/**
 * How much Slack takes, in characters unless said otherwise. A message beyond one of them is refused as a whole
 * (`invalid_blocks`). From https://docs.slack.dev/reference/block-kit/blocks,
 * https://docs.slack.dev/reference/block-kit/block-elements/button-element and
 * https://docs.slack.dev/reference/methods/chat.postMessage
 */
export const LIMITS = {
  /** Longer texts are cut at 40,000; this is the length Slack recommends. */
  text: 4_000,
  /** In number. */
  blocks: 50,
  blockId: 255,
  header: 150,
  sectionText: 3_000,
  /** In number. */
  fields: 10,
  fieldText: 2_000,
  /** In number. */
  contextElements: 10,
  /** In number. */
  buttons: 25,
  buttonText: 75,
  buttonUrl: 3_000,
  actionId: 255,
  /** Of any text object whose block sets no limit of its own. */
  textObject: 3_000,
} as const;
