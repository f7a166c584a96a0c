import { Unproven } from "../errors.ts";
import type { Grade } from "../grade.ts";
import { jsonText, parseJson } from "../values/json.ts";
import { type Value, VelocityMap } from "../values/value.ts";
import { type Backend, type Given, statusOf } from "./given.ts";

/** A piece of a selection expression: a text, or a variable by its name. */
export type ExpressionPart = { readonly text: string } | { readonly variable: string } | { readonly unclear: string };

const PLAIN_NAME = /[A-Za-z0-9_.\-[\]]+/y;

/** Splits an expression into texts and variables. `\$` is a dollar sign; braces delimit a variable. */
export function parseSelectionExpression(expression: string): readonly ExpressionPart[] {
  const parts: ExpressionPart[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") parts.push({ text });
    text = "";
  };
  for (let at = 0; at < expression.length; ) {
    if (expression.startsWith("\\$", at)) {
      text += "$";
      at += 2;
    } else if (expression.charAt(at) !== "$") {
      text += expression.charAt(at);
      at += 1;
    } else {
      flush();
      const { part, end } = readVariable(expression, at);
      parts.push(part);
      at = end;
    }
  }
  flush();
  return parts;
}

function readVariable(expression: string, start: number): { readonly part: ExpressionPart; readonly end: number } {
  if (expression.charAt(start + 1) === "{") {
    const end = expression.indexOf("}", start);
    if (end < 0) return { part: { unclear: "A brace is not closed." }, end: expression.length };
    return { part: { variable: expression.slice(start + 2, end) }, end: end + 1 };
  }
  PLAIN_NAME.lastIndex = start + 1;
  const name = PLAIN_NAME.exec(expression)?.[0];
  if (name === undefined) return { part: { unclear: "A dollar sign names nothing." }, end: start + 1 };
  return { part: { variable: name }, end: start + 1 + name.length };
}

/** What a variable stands for: a text, nothing, or not known. */
export interface VariableValue {
  readonly value?: string;
  readonly grade: Grade;
  readonly source: string;
  /** Why it is not known, or has no value. */
  readonly why?: string;
}

const unknown = (why: string): VariableValue => ({ grade: "unknown", source: "none", why });
const nothing = (why: string, grade: Grade, source: string): VariableValue => ({ grade, source, why });

/** The value of a variable of a selection expression. */
export function variableOf(name: string, backend: Backend, given: Given): VariableValue {
  if (name === "integration.response.statuscode") {
    const grade = backend === "lambda" ? "observed" : "documented";
    return {
      value: String(statusOf(backend, given.reply)),
      grade,
      source: "DG selection-expressions, LS-WS non_proxy",
    };
  }
  const header = after(name, "integration.response.header.");
  if (header !== undefined) return headerOf(header, backend, given);
  if (name.startsWith("integration.response.multivalueheader.")) {
    return unknown("How AWS joins the values of a header is not documented.");
  }
  const body = after(name, "integration.response.body.");
  if (body === "errorMessage")
    return nothing("AWS accepts it, and it never has a value.", "observed", "LS-WS non_proxy");
  if (body !== undefined) return nothing("The expression does not see the body.", "inferred", "LS-WS non_proxy");
  const field = after(name, "request.body.");
  if (field !== undefined) return requestField(field, given);
  return unknown(`AWS documents no variable $${name} here.`);
}

function after(name: string, prefix: string): string | undefined {
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}

function headerOf(name: string, backend: Backend, { reply }: Given): VariableValue {
  const headers: Readonly<Record<string, string>> =
    backend === "lambda" ? { "Content-Type": "application/json" } : (reply.headers ?? {});
  const grade = backend === "lambda" ? "observed" : "documented";
  const source = "DG selection-expressions, LS-WS non_proxy";
  if (Object.hasOwn(headers, name)) return { value: String(headers[name]), grade, source };
  const isSpeltOtherwise = Object.keys(headers).some((other) => other.toLowerCase() === name.toLowerCase());
  if (isSpeltOtherwise) return unknown("The reply spells the header with other upper and lower case.");
  return nothing("The reply has no such header.", grade, source);
}

function messageOf(body: unknown): Value | Unproven | undefined {
  if (body === undefined) return undefined;
  try {
    return parseJson(typeof body === "string" ? body : JSON.stringify(body), "json");
  } catch (error) {
    if (error instanceof Unproven) return error;
    throw error;
  }
}

function requestField(path: string, { request }: Given): VariableValue {
  const source = "DG selection-expressions";
  const body = request?.body;
  const isMessage = request?.routeKey !== "$connect" && request?.routeKey !== "$disconnect";
  if (body === undefined && isMessage) return unknown("What the client sent is not given.");
  const message = messageOf(body);
  if (message instanceof Unproven) return unknown(message.message);
  if (!/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/.test(path))
    return unknown("Only names with dots between them are known to work.");
  let found: Value | undefined = message;
  for (const name of path.split(".")) found = found instanceof VelocityMap ? found.entries.get(name) : undefined;
  if (found === undefined || found === null)
    return nothing("The client's message has no such field.", "documented", source);
  if (typeof found === "string") return { value: found, grade: "documented", source };
  if (typeof found === "object") return unknown("What a field that is an object or a list evaluates to is not known.");
  return { value: jsonText(found), grade: "inferred", source };
}
