import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { parseJson, parseRecord } from "./json.ts";
import type { KeptMessage, SlackReply } from "./slack-message.ts";

export interface SlackApiOptions {
  /** Oldest first; it adds to them, and puts an edited one in the place of what it was. */
  readonly messages: KeptMessage[];
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Slack's word for what is wrong with a message. */
  readonly problemOf: (message: Readonly<Record<string, unknown>>) => string | undefined;
  readonly onMessage: (message: KeptMessage) => void;
  readonly onEdit: (message: KeptMessage) => void;
}

type SlackCall = Readonly<Record<string, unknown>>;

/** What a bot that posts needs of Slack's Web API: `chat.postMessage`, `chat.update`, `auth.test`. Every channel exists. */
export function createSlackApi({ messages, now, problemOf, onMessage, onEdit }: SlackApiOptions) {
  let lastMicros = 0;

  /** As Slack names messages: seconds, and six digits that make it the only one. */
  function newTs(): string {
    lastMicros = Math.max(lastMicros + 1, now() * 1_000);
    return (lastMicros / 1_000_000).toFixed(6);
  }

  function postMessage({ token: _, channel, ...content }: SlackCall): SlackReply {
    if (typeof channel !== "string" || channel === "") return refusal("channel_not_found");
    const problem = problemOf(content);
    if (problem !== undefined) return refusal(problem);
    const thread = content["thread_ts"];
    if (thread !== undefined && !messages.some(({ ts }) => ts === thread)) return refusal("thread_not_found");
    const ts = newTs();
    const message: KeptMessage = { receivedAt: new Date(now()).toISOString(), ...content, channel, ts };
    messages.push(message);
    onMessage(message);
    return answer({ channel: channelId(channel), ts, message: content });
  }

  function update({ token: _, channel, ts, ...content }: SlackCall): SlackReply {
    const index = messages.findIndex((message) => message.ts === ts && isIn(message, channel));
    const before = messages[index];
    if (before === undefined) return refusal("message_not_found");
    const problem = problemOf(content);
    if (problem !== undefined) return refusal(problem);
    const { history, editedAt, ...was } = before;
    const editedNow = new Date(now()).toISOString();
    const earlier = { at: editedAt ?? before.receivedAt, text: was["text"], blocks: was["blocks"] };
    const message: KeptMessage = {
      ...was,
      ...content,
      editedAt: editedNow,
      history: [...((history as readonly unknown[] | undefined) ?? []), earlier],
    };
    messages[index] = message;
    onEdit(message);
    return answer({ channel, ts, text: content["text"] });
  }

  return {
    call(method: string, headers: IncomingHttpHeaders, body: string): SlackReply {
      const call = argumentsOf(headers, body);
      if (call === undefined) return refusal("invalid_json");
      if (!/^Bearer .+/.test(headers.authorization ?? "") && typeof call["token"] !== "string")
        return refusal("not_authed");
      switch (method) {
        case "chat.postMessage":
          return postMessage(call);
        case "chat.update":
          return update(call);
        case "auth.test":
          return answer({ team: "local", user: "specdrop", team_id: "T0LOCAL", user_id: "U0LOCAL" });
        default:
          return refusal("unknown_method");
      }
    },
  };
}

/** A call comes as JSON, or as a form with JSON where a field is no text. */
function argumentsOf(headers: IncomingHttpHeaders, body: string): SlackCall | undefined {
  if (headers["content-type"]?.startsWith("application/json")) return parseRecord(body);
  const fields = [...new URLSearchParams(body)].map(([name, value]) => [
    name,
    STRUCTURED.has(name) ? parseJson(value) : value,
  ]);
  return Object.fromEntries(fields);
}

const STRUCTURED = new Set(["blocks", "attachments", "metadata", "unfurl_links", "unfurl_media"]);

function isIn({ channel }: KeptMessage, asked: unknown): boolean {
  return typeof channel === "string" && (asked === channel || asked === channelId(channel));
}

/** The same for the same name. */
function channelId(name: string): string {
  if (/^[CGD][A-Z0-9]{8,}$/.test(name)) return name;
  return `C${createHash("sha256").update(name.replace(/^#/, "")).digest("hex").slice(0, 10).toUpperCase()}`;
}

function answer(body: object): SlackReply {
  return { status: 200, text: JSON.stringify({ ok: true, ...body }), headers: {} };
}

function refusal(error: string): SlackReply {
  return { status: 200, text: JSON.stringify({ ok: false, error }), headers: {} };
}
