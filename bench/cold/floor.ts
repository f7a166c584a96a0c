import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../test/bundles/build.ts";
import type { Exchange } from "./exchanges.ts";

/** A request of a recording, as a handler makes it that does nothing else. */
type Call =
  | {
      readonly service: string;
      readonly client: string;
      readonly command: string;
      readonly input: unknown;
      /** What is read is YAML, which has to be parsed with something. */
      readonly isYaml?: true;
    }
  | { readonly url: string; readonly body: string };

const SDK: Readonly<Record<string, readonly [service: string, client: string]>> = {
  DynamoDB_20120810: ["client-dynamodb", "DynamoDBClient"],
  AmazonSQS: ["client-sqs", "SQSClient"],
  AWSEvents: ["client-eventbridge", "EventBridgeClient"],
  CloudApiService: ["client-cloudcontrol", "CloudControlClient"],
};
/** The functions speak to DynamoDB by the document client. */
const DOCUMENT_COMMANDS: Readonly<Record<string, string>> = {
  GetItem: "GetCommand",
  PutItem: "PutCommand",
  UpdateItem: "UpdateCommand",
  DeleteItem: "DeleteCommand",
  Query: "QueryCommand",
  Scan: "ScanCommand",
  TransactWriteItems: "TransactWriteCommand",
};
const S3 = { GET: "GetObjectCommand", PUT: "PutObjectCommand", DELETE: "DeleteObjectCommand" } as const;

/**
 * The least that could do a function's job: a handler that imports what the function's own sources import of the SDK
 * when it starts, and makes the same requests when its event comes. A YAML document takes a parser too, which is loaded when
 * there is one, as the functions do. `sources` are the bundle's, from the root.
 */
export function floorOf(sources: readonly string[], exchanges: readonly Exchange[]): { source: string; calls: Call[] } {
  const imports = new Map<string, Set<string>>();
  const need = (from: string, name: string) => imports.set(from, (imports.get(from) ?? new Set()).add(name));
  for (const source of sources.filter((path) => !path.includes("node_modules/"))) {
    for (const [from, name] of sdkImports(readFileSync(join(ROOT, source), "utf8"))) {
      if (isBundled(name, sources)) need(from, name);
    }
  }
  const calls = exchanges.map(callOf);
  const used = new Set<string>();
  for (const call of calls) {
    if ("url" in call) continue;
    const isDocument = Object.values(DOCUMENT_COMMANDS).includes(call.command);
    need(`@aws-sdk/${call.service}`, call.client);
    need(isDocument ? "@aws-sdk/lib-dynamodb" : `@aws-sdk/${call.service}`, call.command);
    if (isDocument) need("@aws-sdk/lib-dynamodb", "DynamoDBDocumentClient");
    used.add(call.client).add(call.command);
  }
  const lines = [...imports].map(([from, names]) => `import { ${[...names].join(", ")} } from "${from}";`);
  const all = [...imports.values()].flatMap((names) => [...names]);
  return { source: `${lines.join("\n")}\n${HANDLER(all, [...used])}`, calls };
}

const HANDLER = (all: string[], used: string[]) => `
export const loaded = [${all.join(", ")}];
const sdk = { ${used.join(", ")} };
const clients = {};
const open = (client) =>
  client === "DynamoDBClient" ? DynamoDBDocumentClient.from(new DynamoDBClient({})) : new sdk[client]({});
export async function handler({ calls, endpoint }) {
  for (const { client, command, input, isYaml, url, body } of calls) {
    if (url !== undefined) {
      await (await fetch(endpoint + url, { method: "POST", body, headers: { "content-type": "application/json" } })).text();
      continue;
    }
    clients[client] ??= open(client);
    const reply = await clients[client].send(new sdk[command](input)).catch((error) => error);
    const bytes = await reply.Body?.transformToByteArray();
    if (isYaml) (await import("yaml")).default.parse(new TextDecoder().decode(bytes));
  }
}
`;

/** What is imported by name of AWS's packages, types left out. */
function sdkImports(text: string): readonly (readonly [string, string])[] {
  return [...text.matchAll(/^import \{([^}]*)\} from "(@aws-sdk\/[\w-]+)";/gm)].flatMap(([, names = "", from = ""]) =>
    names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && !name.startsWith("type "))
      .map((name) => [from, name] as const),
  );
}

/** Whether a function that is not shaken off, as `createTable` is, uses it. */
function isBundled(name: string, sources: readonly string[]): boolean {
  const file = name.startsWith("waitUntil") ? name.replace("waitUntil", "waitFor") : name;
  return !/Command$|^waitUntil/.test(name) || sources.some((source) => source.endsWith(`/${file}.js`));
}

function callOf({ method, path, headers, body }: Exchange): Call {
  const [target = "", operation = ""] = String(headers["x-amz-target"] ?? "").split(".");
  const [service, client] = SDK[target] ?? [];
  if (service !== undefined && client !== undefined) {
    const input: unknown = JSON.parse(body.toString());
    const command = client === "DynamoDBClient" ? DOCUMENT_COMMANDS[operation] : undefined;
    if (command !== undefined) return { service, client, command, input: documentsIn(input) };
    return { service, client, command: `${operation}Command`, input };
  }
  if (!String(headers.authorization ?? "").includes("/s3/")) return { url: path, body: body.toString() };
  const [, Bucket = "", ...key] = path.split("?")[0]?.split("/") ?? [];
  const input = { Bucket, Key: key.map(decodeURIComponent).join("/"), ...(method === "PUT" && { Body: "{}" }) };
  const isYaml = method === "GET" && /\.ya?ml$/.test(input.Key);
  const command = S3[method as keyof typeof S3];
  return { service: "client-s3", client: "S3Client", command, input, ...(isYaml && { isYaml }) };
}

/** A request with plain values in the place of DynamoDB's. */
function documentsIn(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(documentsIn);
  if (typeof input !== "object" || input === null) return input;
  const isItem = (name: string) => /^(Key|Item|ExpressionAttributeValues|ExclusiveStartKey)$/.test(name);
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, isItem(name) ? plainMap(value) : documentsIn(value)]),
  );
}

function plainMap(item: object): object {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html */
function plain(value: Readonly<Record<string, unknown>>): unknown {
  const [[type, held] = []] = Object.entries(value);
  if (type === "N") return Number(held);
  if (type === "NULL") return null;
  if (type === "L") return (held as Readonly<Record<string, unknown>>[]).map(plain);
  if (type === "M") return plainMap(held as object);
  return held;
}
