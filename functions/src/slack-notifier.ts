import type { Clock } from "@specdrop/engine";
import type { Notifier } from "@specdrop/service";
import { type IncomingWebhook, renderMessage, SlackError } from "@specdrop/slack";

const MAX_TRIES = 4;
const DEFAULT_WAIT_MS = 1_000;
/** Longer waits are left to Lambda, which delivers a failed event again after a minute. */
const MAX_WAIT_MS = 10_000;

/** Posts results to a Slack channel, which takes about one message a second: being asked to slow down is waited out. */
export function slackNotifier(webhook: IncomingWebhook, clock: Pick<Clock, "sleep">): Notifier {
  return {
    async notify(event) {
      const message = renderMessage(event);
      if (message === undefined) return;
      for (let tries = 1; ; tries++) {
        try {
          return await webhook.post(message);
        } catch (error) {
          const waitMs = waitAfter(error);
          if (waitMs === undefined || tries === MAX_TRIES) throw error;
          await clock.sleep(waitMs);
        }
      }
    },
  };
}

/** Only a message that was certainly not taken is posted again here. */
function waitAfter(error: unknown): number | undefined {
  if (!(error instanceof SlackError) || error.code !== "rate_limited") return undefined;
  const waitMs = error.retryAfterMs ?? DEFAULT_WAIT_MS;
  return waitMs > MAX_WAIT_MS ? undefined : waitMs;
}
