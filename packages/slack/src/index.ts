export type { Block, SlackMessage } from "./block-kit.ts";
export { checkMessage } from "./check-message.ts";
export { type IncomingWebhook, incomingWebhook, type WebhookOptions } from "./incoming-webhook.ts";
export { LIMITS } from "./limits.ts";
export { type RenderOptions, renderMessage } from "./render-message.ts";
export { SlackError } from "./slack-error.ts";
