const FIRST_SECONDS = 15;
const GROWTH = 4;
/** SQS lets a message wait for 12 hours; its queue's visibility timeout, which this stands for, is half an hour. */
const LONGEST_SECONDS = 30 * 60;

/**
 * After how many seconds a signal that failed is delivered again, when it was delivered `receiveCount` times: 15, 60, 240,
 * 960. A lease that a killed run left has run out by the second; the fifth and last delivery comes after 21 minutes.
 */
export function redeliverySeconds(receiveCount: number): number {
  return Math.min(LONGEST_SECONDS, FIRST_SECONDS * GROWTH ** Math.max(0, receiveCount - 1));
}
