import type { Backend, Given, Reply } from "@specdrop/template";
import type { TryFields } from "./fields.ts";

/** What was typed, as the engine takes it; or what cannot be read, by its field. */
export type ReadGiven = { readonly given: Given } | { readonly field: keyof TryFields; readonly problem: string };

/** Of an integration's type what answers; absent where AWS does not say, or nothing of its responses is used. */
export function backendOfType(type: string | undefined): Backend | undefined {
  const backends: Readonly<Record<string, Backend>> = { HTTP: "http", Lambda: "lambda", AWS: "aws", MOCK: "mock" };
  return type === undefined ? undefined : backends[type];
}

export function readGiven(fields: TryFields, backend: Backend | undefined, routeKey: string | undefined): ReadGiven {
  const context = readObject("context", fields.context);
  if ("problem" in context) return context;
  const stageVariables = readObject("stageVariables", fields.stageVariables);
  if ("problem" in stageVariables) return stageVariables;
  const reply = readReply(fields, backend);
  if ("problem" in reply) return reply;
  const request = {
    ...(routeKey === undefined ? {} : { routeKey }),
    ...(fields.request.trim() === "" ? {} : { body: bodyOf(fields.request) }),
  };
  return {
    given: {
      reply: reply.value,
      ...(backend === undefined ? {} : { backend }),
      ...(Object.keys(request).length === 0 ? {} : { request }),
      ...(context.value === undefined ? {} : { context: context.value }),
      ...(stageVariables.value === undefined ? {} : { stageVariables: stageVariables.value }),
    },
  };
}

type TypingProblem = { readonly field: keyof TryFields; readonly problem: string };

function readReply(fields: TryFields, backend: Backend | undefined): { readonly value: Reply } | TypingProblem {
  const body = fields.body === "" ? {} : { body: fields.body };
  if (backend === "lambda") {
    if (fields.outcome === "returned") return { value: body };
    return { value: { error: { errorMessage: fields.errorMessage, errorType: "Error", trace: [] } } };
  }
  const status = Number(fields.status);
  if (fields.status.trim() !== "" && !(Number.isInteger(status) && status >= 100 && status <= 599)) {
    return { field: "status", problem: "A status is a whole number from 100 to 599." };
  }
  const headers: Record<string, string> = Object.create(null);
  for (const line of fields.headers.split("\n").filter((each) => each.trim() !== "")) {
    const colon = line.indexOf(":");
    if (colon < 1) return { field: "headers", problem: "Write each header on a line of its own, as name: value." };
    headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  return {
    value: {
      ...(fields.status.trim() === "" ? {} : { status }),
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      ...(backend === "mock" ? {} : body),
    },
  };
}

function readObject(
  field: "context" | "stageVariables",
  text: string,
): { readonly value?: Readonly<Record<string, unknown>> } | TypingProblem {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { value: value as Readonly<Record<string, unknown>> };
    }
  } catch {
    // Said below.
  }
  return { field, problem: 'This is no JSON object. Write it as { "name": "value" }.' };
}

/** A client sends text; what is JSON is read as such. */
function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
