import type { IncomingHttpHeaders } from "node:http";
import { isRecord, parseRecord } from "./json.ts";
import { createSlackApi } from "./slack-api.ts";
import type { KeptMessage, SlackReply } from "./slack-message.ts";

/** What goes wrong with the next messages. */
export interface SlackFaults {
  /** How many more are answered 429. */
  readonly rateLimited: number;
  /** What Retry-After says then. */
  readonly retryAfterSeconds: number;
  /** How many more are answered 500. */
  readonly failing: number;
  /** How many more are refused, as with a webhook that was removed, or a token that was revoked. */
  readonly refused: number;
}

const NO_FAULTS: SlackFaults = { rateLimited: 0, retryAfterSeconds: 1, failing: 0, refused: 0 };

export type SlackSink = ReturnType<typeof createSlackSink>;

export interface SlackSinkOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** What an earlier process left. */
  readonly kept?: { readonly messages: readonly KeptMessage[]; readonly faults: SlackFaults | undefined };
  /** Told of each message before it is answered. */
  readonly onMessage?: (message: KeptMessage) => void;
  /** Told of a message as it is after an edit, before that is answered. */
  readonly onEdit?: (message: KeptMessage) => void;
  readonly onFaults?: (faults: SlackFaults) => void;
}

/** A channel behind an incoming webhook, and Slack's Web API for a bot. It is as strict as Slack about the limits of Block Kit. */
export function createSlackSink({ now, kept, onMessage, onEdit, onFaults }: SlackSinkOptions) {
  const messages = [...(kept?.messages ?? [])];
  let faults = { ...NO_FAULTS, ...kept?.faults };
  const api = createSlackApi({
    messages,
    now,
    problemOf,
    onMessage: (message) => onMessage?.(message),
    onEdit: (message) => onEdit?.(message),
  });

  /** What goes wrong with this request, if anything does. */
  function nextFault(): SlackReply | undefined {
    if (faults.rateLimited > 0) {
      setFaults({ ...faults, rateLimited: faults.rateLimited - 1 });
      return { ...reply(429, "rate_limited"), headers: { "retry-after": String(faults.retryAfterSeconds) } };
    }
    if (faults.failing > 0) {
      setFaults({ ...faults, failing: faults.failing - 1 });
      return reply(500, "server_error");
    }
    return undefined;
  }
  /** Whether this request is refused for good. */
  function isRefused(): boolean {
    if (faults.refused === 0) return false;
    setFaults({ ...faults, refused: faults.refused - 1 });
    return true;
  }
  function setFaults(next: SlackFaults): void {
    faults = next;
    onFaults?.(next);
  }

  return {
    /** Answers one POST as Slack would. */
    post(body: string): SlackReply {
      const fault = nextFault();
      if (fault !== undefined) return fault;
      if (isRefused()) return reply(404, "no_service");
      const message = parseRecord(body);
      if (message === undefined) return reply(400, "invalid_payload");
      const problem = problemOf(message);
      if (problem !== undefined) return reply(400, problem);
      const received = { receivedAt: new Date(now()).toISOString(), ...message };
      messages.push(received);
      onMessage?.(received);
      return reply(200, "ok");
    },
    /** Answers one call of Slack's Web API, by the method's name. */
    call: (method: string, headers: IncomingHttpHeaders, body: string): SlackReply =>
      nextFault() ??
      (isRefused() ? reply(200, '{"ok":false,"error":"token_revoked"}') : api.call(method, headers, body)),
    /** Oldest first. */
    messages: (): readonly KeptMessage[] => messages,
    faults: (): SlackFaults => faults,
    /** Lays a partial change over the faults. Throws a `TypeError` for what it does not understand. */
    changeFaults(change: unknown): SlackFaults {
      if (typeof change !== "object" || change === null) throw new TypeError("slack must be a JSON object");
      for (const [name, value] of Object.entries(change)) {
        if (!Object.hasOwn(NO_FAULTS, name))
          throw new TypeError(`unknown fault slack.${name}; valid names are ${Object.keys(NO_FAULTS).join(", ")}`);
        if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`slack.${name} must be a whole number`);
      }
      setFaults({ ...faults, ...change });
      return faults;
    },
    resetFaults(): void {
      setFaults(NO_FAULTS);
    },
  };
}

function reply(status: number, text: string): SlackReply {
  return { status, text, headers: {} };
}

function problemOf({ text, blocks, attachments }: Readonly<Record<string, unknown>>): string | undefined {
  if (blocks !== undefined) return blocksFit(blocks) ? undefined : "invalid_blocks";
  if (attachments !== undefined) return undefined;
  return typeof text === "string" && text !== "" ? undefined : "no_text";
}

/** Block Kit's limits: 50 blocks, header 150, section 3000, 10 fields of 2000, 10 elements in a context, 25 in actions. */
function blocksFit(blocks: unknown): boolean {
  return Array.isArray(blocks) && blocks.length > 0 && blocks.length <= 50 && blocks.every(blockFits);
}

function blockFits(block: unknown): boolean {
  if (!isRecord(block)) return false;
  const { type, text, fields, elements } = block;
  switch (type) {
    case "header":
      return textFits(text, 150);
    case "section":
      if (text === undefined && fields === undefined) return false;
      return (text === undefined || textFits(text, 3000)) && listFits(fields, (field) => textFits(field, 2000));
    case "actions":
      return Array.isArray(elements) && elements.length > 0 && elements.length <= 25 && elements.every(buttonFits);
    case "context":
      return Array.isArray(elements) && elements.length > 0 && listFits(elements, isRecord);
    default:
      return typeof type === "string";
  }
}

function buttonFits(element: unknown): boolean {
  if (!isRecord(element)) return false;
  const { text, url } = element;
  return textFits(text, 75) && (url === undefined || (typeof url === "string" && url.length <= 3000));
}

function textFits(value: unknown, limit: number): boolean {
  if (!isRecord(value)) return false;
  const { text } = value;
  return typeof text === "string" && text.length > 0 && text.length <= limit;
}

function listFits(value: unknown, fits: (item: unknown) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.length <= 10 && value.every(fits));
}
