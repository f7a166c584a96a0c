import { Unproven } from "../errors.ts";

/** What answers behind the integration. Proxy integrations use no responses. */
export type Backend = "lambda" | "http" | "aws" | "mock";

/** What the backend answered. */
export interface Reply {
  /** 200 without one. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is the payload as API Gateway gets it; anything else is sent as compact JSON. */
  readonly body?: unknown;
  /** The body of a failed Lambda invocation: `{ errorMessage, errorType, trace }`. */
  readonly error?: unknown;
}

/** What a client is supposed to have sent, and what the backend is supposed to have answered. */
export interface Given {
  readonly backend?: Backend;
  readonly reply: Reply;
  /** A body that is a text is read as JSON where it is JSON. */
  readonly request?: { readonly routeKey?: string; readonly body?: unknown };
  readonly context?: Readonly<Record<string, unknown>>;
  readonly stageVariables?: Readonly<Record<string, unknown>>;
}

/** An integration response, as far as the client's frame depends on it. Properties have CloudFormation's names. */
export interface ResponseDefinition {
  readonly logicalId: string;
  readonly IntegrationResponseKey: string;
  readonly TemplateSelectionExpression?: string;
  readonly ResponseTemplates?: Readonly<Record<string, string>>;
  readonly ContentHandlingStrategy?: string;
}

/** The backend that is given, or the one that the reply shows. @throws Unproven where neither does */
export function backendOf({ backend, reply }: Given): Backend {
  if (backend !== undefined) {
    if (reply.error === undefined || backend === "lambda") return backend;
    throw new Unproven("The reply has an error, which only a Lambda function has, and the backend is another.");
  }
  if (reply.error !== undefined) return "lambda";
  if (reply.status !== undefined) return "http";
  throw new Unproven(
    "What answers is not given: a Lambda function and an HTTP backend are matched to keys in different ways.",
  );
}

/** The status that API Gateway sees; of a Lambda function always 200, for errors too. */
export function statusOf(backend: Backend, { status = 200 }: Reply): number {
  return backend === "lambda" ? 200 : status;
}

/** The payload as text; "" where there is none. */
export function payloadOf(backend: Backend, { body, error }: Reply): string {
  const payload = backend === "lambda" && error !== undefined ? error : body;
  if (payload === undefined) return "";
  return typeof payload === "string" ? payload : JSON.stringify(payload);
}
