/**
 * What we use of Slack's SDK, for a dynamic import. The SDK is CommonJS: a bundler with splitting gives a chunk of it one
 * export, `default`, where Node gives all its names.
 */
export { LogLevel, WebClient } from "@slack/web-api";
