import { API_ID, BACKEND, INTEGRATION_ID, type PropertyTable } from "../properties.ts";

/** What a backend answers, in an expectation. */
export const REPLY_PROPERTIES = {
  status: { kind: "count", description: "The HTTP status; 200 without one.", examples: [404] },
  headers: {
    kind: "texts",
    description: "The reply's headers.",
    examples: [{ "Content-Type": "application/json" }],
    values: {},
  },
  body: {
    kind: "any",
    description: "The payload: a text as API Gateway gets it, or a value that is sent as JSON.",
    examples: [{ id: 42 }],
  },
  error: {
    kind: "any",
    description: "What a failed Lambda invocation returns.",
    examples: [{ errorMessage: "[403] not allowed", errorType: "Error" }],
  },
} as const satisfies PropertyTable;

export const REQUEST_PROPERTIES = {
  routeKey: { kind: "text", description: "The route that the message took.", examples: ["send"] },
  body: { kind: "any", description: "The client's message.", examples: [{ action: "send", room: "r1" }] },
} as const satisfies PropertyTable;

export const GIVEN_PROPERTIES = {
  backend: {
    ...BACKEND,
    description: "The kind of backend. Default: the document's Backend, or else the kind that the reply shows.",
  },
  reply: {
    kind: "map",
    description: "The backend's reply.",
    examples: [{ status: 200, body: { id: 42 } }],
    required: true,
    table: REPLY_PROPERTIES,
  },
  request: {
    kind: "map",
    description: "The client's message.",
    examples: [{ routeKey: "send", body: { room: "r1" } }],
    table: REQUEST_PROPERTIES,
  },
  context: { kind: "any", description: "Values of $context.", examples: [{ connectionId: "L0SM9cOFvHcCIhw=" }] },
  stageVariables: { kind: "any", description: "Values of $stageVariables.", examples: [{ env: "prod" }] },
} as const satisfies PropertyTable;

export const EXPECT_PROPERTIES = {
  response: {
    kind: "any",
    description: "The logical id of the response that AWS takes.",
    examples: ["messageRefused"],
  },
  template: { kind: "any", description: "The key of the template; null means none.", examples: ["$default"] },
  frame: {
    kind: "any",
    description: "What the client gets: { json: … } or { text: … }; null means none.",
    examples: [{ json: { type: "refused" } }],
  },
} as const satisfies PropertyTable;

/** One expectation. */
export const EXPECTATION_PROPERTIES = {
  name: {
    kind: "name",
    description: "A name for the expectation.",
    examples: ["a refused message"],
    required: true,
  },
  ApiId: API_ID,
  IntegrationId: INTEGRATION_ID,
  given: {
    kind: "map",
    description: "The backend's reply and the client's message.",
    examples: [{ reply: { status: 403 } }],
    required: true,
    table: GIVEN_PROPERTIES,
  },
  expect: {
    kind: "map",
    description: "What the client gets: at least one of response, template and frame.",
    examples: [{ response: "messageRefused" }],
    required: true,
    table: EXPECT_PROPERTIES,
  },
} as const satisfies PropertyTable;
