import type { ApiState, ConsoleState, ResponseDetail, TryDefinitions } from "@specdrop/console/state";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { onTestFinished } from "vitest";
import { fifty } from "../console/states/fifty.ts";

/** A server of the page for a state that a test changes. */
export interface ServedState {
  readonly url: string;
  readonly endpoints: Endpoints;
  /** Shows another state, and tells the pages so. */
  show(state: ConsoleState): Promise<void>;
}

const DETAIL: Omit<ResponseDetail, "apiId" | "integrationId" | "key"> = {
  differences: [
    {
      property: "TemplateSelectionExpression",
      lines: [
        { kind: "removed", text: "\\$default", before: 1 },
        { kind: "added", text: "$default ", after: 1 },
      ],
    },
    {
      property: "ResponseTemplates",
      entry: "$default",
      lines: [
        { kind: "kept", text: "{", before: 1, after: 1 },
        { kind: "removed", text: '  "reason": "$input.path(\'$.message\')",', before: 2 },
        { kind: "added", text: '  "reason": "$util.escapeJavaScript($input.path(\'$.message\'))",', after: 2 },
        { kind: "gap", text: "from line 9" },
        { kind: "kept", text: "}", before: 9, after: 9 },
      ],
    },
  ],
  history: [
    {
      sequence: 8,
      at: "2026-11-30T14:31:52.000Z",
      state: "failed",
      outcome: "failed",
      who: ["by ada, commit ", { code: "4f2c91e" }],
      summary: "1 failed",
    },
    {
      sequence: 7,
      at: "2026-11-30T12:02:10.000Z",
      state: "live",
      outcome: "applied",
      who: ["by whom is not known"],
      summary: "3 updated",
    },
  ],
};

const TEMPLATE = (reason: string) =>
  `{\n  "type": "message.refused",\n  "reason": "${reason}",\n  "requestId": "$context.requestId"\n}`;

const DEFINITIONS: Pick<TryDefinitions, "live" | "declared"> = {
  live: [
    {
      logicalId: "messageSent",
      IntegrationResponseKey: "$default",
      TemplateSelectionExpression: "\\$default",
      ResponseTemplates: { $default: '{"sent": true}' },
      sequence: 7,
    },
    {
      logicalId: "messageRefused",
      IntegrationResponseKey: "/4\\d\\d/",
      TemplateSelectionExpression: "\\$default",
      ResponseTemplates: { $default: TEMPLATE("$input.path('$.message')") },
      sequence: 7,
    },
  ],
  declared: [
    {
      logicalId: "messageRefused",
      IntegrationResponseKey: "/4\\d\\d/",
      TemplateSelectionExpression: "\\$default",
      ResponseTemplates: { $default: TEMPLATE("$util.escapeJavaScript($input.path('$.message'))") },
      sequence: 8,
    },
  ],
};

/** Serves a state as dev does. `port` is 0 without it. */
export async function serve(first: ConsoleState, port = 0): Promise<ServedState> {
  let state = first;
  const endpoints = await startEndpoints({ port });
  onTestFinished(() => endpoints.close().catch(() => undefined));
  const whole = fifty("snapshot").apis;
  const apiOf = (id: string): ApiState | undefined => {
    const api = state.apis.find(({ apiId }) => apiId === id);
    return api && { ...(whole.find(({ apiId }) => apiId === id) ?? { integrations: [] }), ...api };
  };
  endpoints.registerPage({
    state: async () => state,
    api: async (id) => apiOf(id),
    response: async (ref) => ({ ...ref, ...DETAIL }),
    definitions: async (apiId, integrationId) => ({ apiId, integrationId, ...DEFINITIONS }),
  });
  return {
    url: `${endpoints.url}/_specdrop/`,
    endpoints,
    async show(next) {
      state = next;
      await fetch(`${endpoints.url}/_specdrop/slack/webhook`, { method: "POST", body: '{"text":"changed"}' });
    },
  };
}
