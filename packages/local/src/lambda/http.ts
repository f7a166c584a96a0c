import { randomUUID } from "node:crypto";
import { parseJson } from "../json.ts";
import type { Functions, Invoked } from "./functions.ts";

interface LambdaRequest {
  readonly method: string;
  /** Path and query, still encoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface LambdaReply {
  readonly status: number;
  /** JSON; empty where there is nothing to say. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const MOST_BYTES = 6_291_456;
/** Of an asynchronous invocation; raised from 256 KB in 2025. */
const MOST_BYTES_LATER = 1_048_576;
const TAIL_BYTES = 4_096;

/**
 * Answers Invoke and ListFunctions as Lambda's REST API does, and refuses everything else.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function answerLambda(functions: Functions, request: LambdaRequest): Promise<LambdaReply> {
  const { pathname, searchParams } = new URL(request.target, "http://127.0.0.1");
  if (request.method === "GET" && /^\/2015-03-31\/functions\/?$/.test(pathname)) {
    return json(200, { Functions: functions.list().map(({ name, arn }) => configuration(name, arn)) });
  }
  const [, encoded] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname) ?? [];
  if (request.method !== "POST" || encoded === undefined) {
    return refusal(501, "NotImplementedException", "Of Lambda this emulator has Invoke and ListFunctions only.");
  }
  return invoke(functions, request, decodeURIComponent(encoded), searchParams.get("Qualifier") ?? undefined);
}

async function invoke(
  functions: Functions,
  { headers, body }: LambdaRequest,
  named: string,
  qualifier: string | undefined,
): Promise<LambdaReply> {
  const { name, version = "$LATEST" } = readName(named, qualifier);
  const found = version === "$LATEST" ? functions.find(name) : undefined;
  if (found === undefined) return refusal(404, "ResourceNotFoundException", `Function not found: ${named}`);
  const type = String(headers["x-amz-invocation-type"] ?? "RequestResponse");
  const tail = String(headers["x-amz-log-type"] ?? "None") === "Tail";
  const bytes = Buffer.byteLength(body);
  const most = type === "Event" ? MOST_BYTES_LATER : MOST_BYTES;
  if (bytes > most) {
    const message = `Request must be smaller than ${most} bytes for the ${type} operation`;
    return refusal(413, "RequestTooLargeException", message);
  }
  const payload = body === "" ? "{}" : body;
  if (parseJson(payload) === undefined) {
    return refusal(400, "InvalidRequestContentException", "Could not parse request body into json.");
  }
  switch (type) {
    case "DryRun":
      return { status: 204, body: "", headers: {} };
    case "Event":
      functions.invokeLater(found, payload);
      return { status: 202, body: "", headers: {} };
    case "RequestResponse":
      return answered(await functions.invoke(found, JSON.parse(payload)), tail);
    default:
      return refusal(400, "InvalidParameterValueException", `InvocationType ${type} is not valid.`);
  }
}

function answered({ payload, isError, log }: Invoked, tail: boolean): LambdaReply {
  const headers = {
    "content-type": "application/json",
    "x-amz-executed-version": "$LATEST",
    ...(isError && { "x-amz-function-error": "Unhandled" }),
    ...(tail && { "x-amz-log-result": tailOf(log) }),
  };
  return { status: 200, body: payload, headers };
}

/** The last 4 KB. */
function tailOf(lines: readonly string[]): string {
  return Buffer.from(lines.map((line) => `${line}\n`).join(""))
    .subarray(-TAIL_BYTES)
    .toString("base64");
}

/** A name, a whole or a partial ARN, each with or without a version. */
function readName(named: string, qualifier: string | undefined): { readonly name: string; readonly version?: string } {
  const [name = "", version = qualifier] = named.replace(/^(?:.*:)?function:/, "").split(":");
  return { name, ...(version !== undefined && { version }) };
}

function configuration(FunctionName: string, FunctionArn: string): object {
  const [, , , , account] = FunctionArn.split(":");
  const Role = `arn:aws:iam::${account}:role/${FunctionName}`;
  return { FunctionName, FunctionArn, Role, Runtime: "nodejs24.x", Version: "$LATEST", PackageType: "Zip" };
}

function json(status: number, body: object): LambdaReply {
  return { status, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

function refusal(status: number, type: string, message: string): LambdaReply {
  const { headers, ...reply } = json(status, { Type: "User", Message: message });
  return { ...reply, headers: { ...headers, "x-amzn-errortype": type, "x-amzn-requestid": randomUUID() } };
}
