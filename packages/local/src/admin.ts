import type { ServerResponse } from "node:http";
import type { CloudControl } from "./cloud-control/cloud-control.ts";
import type { Deliveries } from "./deliveries.ts";
import type { EventBridge } from "./event-bridge/event-bridge.ts";
import { type ReadRequest, sendJson } from "./http.ts";
import type { S3 } from "./s3/s3.ts";
import type { SlackSink } from "./slack-sink.ts";

export const ADMIN_PATH = "/_specdrop/";
/** Where the sink takes messages. */
export const SLACK_WEBHOOK_PATH = `${ADMIN_PATH}slack/webhook`;

/** Where it answers as Slack's Web API does. */
export const SLACK_API_PATH = `${ADMIN_PATH}slack/api/`;

interface Parts {
  readonly cloudControl: CloudControl;
  readonly eventBridge: EventBridge;
  readonly deliveries: Deliveries;
  readonly s3: S3;
  readonly slack: SlackSink;
  /** What a POST to the action's name does, and answers with. */
  readonly actions: ReadonlyMap<string, () => Promise<unknown>>;
  /** The bus whose events are shown unless `?bus=` names another. */
  readonly bus: string;
}

/** Answers what lies under `/_specdrop/`: what happened, and what is to go wrong. */
export async function answerAdmin(
  parts: Parts,
  { request, body, target }: ReadRequest,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(target, "http://127.0.0.1");
  const name = pathname.slice(ADMIN_PATH.length);
  const shown = Object.hasOwn(SHOWN, name) ? SHOWN[name] : undefined;
  const act = request.method === "POST" ? parts.actions.get(name) : undefined;
  if (request.method === "GET" && shown !== undefined) {
    sendJson(response, 200, shown(parts, searchParams));
  } else if (request.method === "PUT" && name === "faults") {
    putFaults(parts, body, response);
  } else if (request.method === "DELETE" && name === "faults") {
    parts.cloudControl.resetFaults();
    parts.s3.resetFaults();
    parts.slack.resetFaults();
    sendJson(response, 200, allFaults(parts));
  } else if (act !== undefined) {
    sendJson(response, 200, (await act()) ?? {});
  } else if (request.method === "POST" && pathname === SLACK_WEBHOOK_PATH) {
    const { status, text, headers } = parts.slack.post(body.toString());
    response.writeHead(status, { "content-type": "text/html", ...headers }).end(text);
  } else if (request.method === "POST" && pathname.startsWith(SLACK_API_PATH)) {
    const { status, text, headers } = parts.slack.call(
      pathname.slice(SLACK_API_PATH.length),
      request.headers,
      body.toString(),
    );
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers }).end(text);
  } else {
    const known = `GET ${Object.keys(SHOWN).join(", ")}; PUT and DELETE faults; POST ${["slack/webhook", ...parts.actions.keys(), "slack/api/<method>"].join(", ")}`;
    sendJson(response, 404, { message: `no such path; under ${ADMIN_PATH} there are ${known}` });
  }
}

const SHOWN: Readonly<Record<string, ((parts: Parts, query: URLSearchParams) => unknown) | undefined>> = {
  health: () => ({ status: "ok" }),
  events: ({ eventBridge, bus }, query) => eventBridge.eventsOn(query.get("bus") ?? bus),
  slack: ({ slack }) => slack.messages(),
  resources: ({ cloudControl }) => cloudControl.resources(),
  requests: ({ cloudControl }) => cloudControl.writes(),
  failures: ({ deliveries }) => deliveries.failed(),
  faults: allFaults,
};

function allFaults({ cloudControl, s3, slack }: Parts): object {
  return { ...cloudControl.faults(), s3: s3.faults(), slack: slack.faults() };
}

function putFaults(parts: Parts, body: Buffer, response: ServerResponse): void {
  try {
    const { s3, slack, ...rest } = JSON.parse(body.toString()) as Record<string, unknown>;
    const known = Object.keys(allFaults(parts));
    const unknown = Object.keys(rest).find((name) => !known.includes(name));
    if (unknown !== undefined) throw new TypeError(`unknown fault ${unknown}; valid names are ${known.join(", ")}`);
    parts.cloudControl.changeFaults(rest);
    if (s3 !== undefined) parts.s3.changeFaults(s3);
    if (slack !== undefined) parts.slack.changeFaults(slack);
    sendJson(response, 200, allFaults(parts));
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    sendJson(response, 400, { message: error.message });
  }
}
