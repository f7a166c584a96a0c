import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buildApp } from "fauxqs";
import { ADMIN_PATH, answerAdmin, SLACK_API_PATH, SLACK_WEBHOOK_PATH } from "./admin.ts";
import { answerApiGateway } from "./api-gateway-v2.ts";
import { createCloudControl } from "./cloud-control/cloud-control.ts";
import { ConnectionLostError } from "./cloud-control/errors.ts";
import { answerCloudControl } from "./cloud-control/http.ts";
import { memoryStores } from "./data/fauxqs-stores.ts";
import { type DataFolder, openDataFolder } from "./data/folder.ts";
import { createDeliveries } from "./deliveries.ts";
import { openDynamoDb } from "./dynamodb.ts";
import type { BusEvent } from "./event-bridge/entries.ts";
import { createEventBridge, type TargetDelivery } from "./event-bridge/event-bridge.ts";
import { answerEventBridge } from "./event-bridge/http.ts";
import { type ReadRequest, readRequest, replayed, sendJson } from "./http.ts";
import { createInFlight } from "./in-flight.ts";
import { createFunctions } from "./lambda/functions.ts";
import { answerLambda } from "./lambda/http.ts";
import { createLogs } from "./logs/logs.ts";
import { answerPage, mayChange, pageAddress, wantsPage } from "./page/answer-page.ts";
import type { PageSource } from "./page/page-source.ts";
import { createStreams } from "./page/streams.ts";
import { objectStoreOn } from "./s3/object-store.ts";
import { createS3 } from "./s3/s3.ts";
import { refusalOf } from "./same-origin.ts";
import { createSlackSink } from "./slack-sink.ts";
import { createSqs, takeEveryCharacter } from "./sqs.ts";
import { answerParameterStore } from "./ssm/http.ts";
import { createParameterStore } from "./ssm/parameter-store.ts";

const HOST = "127.0.0.1";
/** The account every ARN names: fauxqs has no other. */
const ACCOUNT = "000000000000";
const REFUSED = { "content-type": "application/json", connection: "close" };

export interface EndpointsOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly region?: string;
  /** Epoch milliseconds, for Cloud Control and events; queues, objects and tables live by the machine's clock. */
  readonly now?: () => number;
  readonly random?: () => number;
  /** The bus whose events `/_specdrop/events` shows. */
  readonly bus?: string;
  /** Waits before a failed asynchronous invocation is repeated, in milliseconds. */
  readonly retryDelaysMs?: readonly number[];
  /** A folder that keeps everything from one process to the next, whichever way the first ends; in memory without it. */
  readonly data?: string;
}

export type Endpoints = Awaited<ReturnType<typeof startEndpoints>>;

/**
 * AWS on one loopback port: S3, SQS, DynamoDB, EventBridge, Cloud Control, parameters, functions, and a Slack webhook. Rejects with an error
 * that says what to do where the port is taken.
 */
export async function startEndpoints(options: EndpointsOptions = {}) {
  const {
    region = "us-east-1",
    now = Date.now,
    random = Math.random,
    bus = "specdrop",
    retryDelaysMs = [100, 200],
  } = options;
  const inFlight = createInFlight();
  const folder = options.data === undefined ? undefined : await openDataFolder(options.data);
  const kept = folder?.kept;
  const keep: DataFolder["append"] = (...lines) => folder?.append(...lines);
  const stores = folder?.stores ?? (await memoryStores());
  const fauxqs = buildApp({ logger: false, defaultRegion: region, stores });
  await fauxqs.ready();
  await takeEveryCharacter();
  const dynamoDb = openDynamoDb(folder?.tables);

  const sqs = createSqs(fauxqs, ACCOUNT, { store: stores.sqsStore, inFlight, now: Date.now });
  const failures = kept?.failures ?? [];
  const forward = (busArn: string, event: BusEvent) => eventBridge.forward(busArn, event);
  const deliveries = createDeliveries({ send: sqs.send, forward, inFlight, now, retryDelaysMs, failures });
  const deliver = (id: string, delivery: TargetDelivery, event: BusEvent) =>
    deliveries.start(delivery, event, (failure) => keep({ kind: "delivered", id, ...(failure && { failure }) }));
  const eventBridge = createEventBridge({
    region,
    account: ACCOUNT,
    now,
    newId: randomUUID,
    deliver(bus, event, each) {
      const begun = each.map((delivery, index) => ({ id: `${event.id} ${bus} ${index}`, ...delivery }));
      keep({ kind: "event", bus, event, deliveries: begun });
      for (const { id, ...delivery } of begun) deliver(id, delivery, event);
    },
    ...(kept && { kept }),
  });
  const functions = createFunctions((name) => `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}`, deliveries);
  const logs = createLogs(now);
  const parameters = createParameterStore({
    arn: (name) => `arn:aws:ssm:${region}:${ACCOUNT}:parameter${name.startsWith("/") ? "" : "/"}${name}`,
    now,
    ...(kept && { kept: kept.parameters }),
    onChange: (all) => keep({ kind: "parameters", parameters: all }),
  });
  const cloudControl = createCloudControl({
    now,
    random,
    ...(kept && { state: kept.cloudControl, onChange: (change) => keep({ kind: "cloudControl", change }) }),
  });
  const slack = createSlackSink({
    now,
    ...(kept && { kept: { messages: kept.slack, faults: kept.slackFaults } }),
    onMessage: (message) => keep({ kind: "slack", message }),
    onEdit: (message) => keep({ kind: "slackEdit", message }),
    onFaults: (faults) => keep({ kind: "slackFaults", faults }),
  });
  const s3 = createS3({
    account: ACCOUNT,
    route: (request, response) => fauxqs.routing(request, response),
    store: objectStoreOn(stores.s3Store),
    ...(kept && { versions: kept.versions }),
    onVersions: keep,
    newVersionId: () => randomBytes(24).toString("base64").replaceAll("+", "_").replaceAll("/", "."),
    now,
    newId: () => randomUUID().replaceAll("-", "").slice(0, 16).toUpperCase(),
    putServiceEvent: eventBridge.putServiceEvent,
    notifying: kept?.notifying ?? [],
    onNotifying: (buckets) => keep({ kind: "notifying", buckets }),
    onIntent: (intent) => keep({ kind: "intent", intent }),
    onWritten: (id) => keep({ kind: "written", id }),
  });

  const actions = new Map<string, () => Promise<unknown>>();
  const streams = createStreams();
  let page: PageSource | undefined;
  const startedAt = now().toString(36);
  let version = 0;

  async function dispatch(read: ReadRequest, response: ServerResponse): Promise<void> {
    const { request, target } = read;
    if (page !== undefined && wantsPage(request)) {
      return void response.writeHead(302, { location: ADMIN_PATH, "content-length": "0", vary: "accept" }).end();
    }
    if (target.startsWith(ADMIN_PATH)) {
      const { pathname, searchParams } = new URL(target, "http://127.0.0.1");
      const address = pageAddress(pathname.slice(ADMIN_PATH.length));
      if (page !== undefined && address !== undefined) {
        return answerPage({ source: page, streams }, address, request, searchParams, response);
      }
      return answerAdmin({ cloudControl, s3, eventBridge, deliveries, slack, bus, actions }, read, response);
    }
    const [service, operation = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
    switch (service) {
      case "CloudApiService":
        // By the clock that its events tell the time by.
        response.setHeader("date", new Date(now()).toUTCString());
        return answerJson(response, "1.0", answerCloudControl(cloudControl, operation, read.body.toString()));
      case "AWSEvents":
        return answerJson(response, "1.1", callEventBridge(operation, read.body.toString()));
      case "Logs_20140328":
        return answerJson(response, "1.1", logs.answer(operation, read.body.toString()));
      case "AmazonSSM":
        return answerJson(response, "1.1", answerParameterStore(parameters, operation, read.body.toString()));
      case "AmazonSQS":
        return sqs.handle(read, response, operation);
      case "DynamoDB_20120810":
        return dynamoDb.handle(read, response);
      default:
        return dispatchByScope(read, response);
    }
  }

  function callEventBridge(operation: string, body: string) {
    const answer = answerEventBridge(eventBridge, operation, body);
    if (operation !== "PutEvents") keep({ kind: "buses", buses: eventBridge.configuration() });
    return answer;
  }

  /** S3, API Gateway, Lambda and STS name no target; what is not signed at all can only be meant for S3. */
  async function dispatchByScope(read: ReadRequest, response: ServerResponse): Promise<void> {
    const scope = signedFor(read.request);
    if (scope === undefined || scope === "s3") return s3.handle(read, response);
    if (scope === "apigateway") {
      const { method = "GET" } = read.request;
      const path = read.target.split("?")[0] ?? "/";
      const { status, body, error } = await answerApiGateway(cloudControl, {
        method,
        path,
        body: read.body.toString(),
      });
      const headers = { "content-type": "application/json", ...(error && { "x-amzn-errortype": error }) };
      return sendJson(response, status, body, headers);
    }
    if (scope === "lambda") {
      const { method = "GET", headers } = read.request;
      const answer = await answerLambda(functions, {
        method,
        target: read.target,
        headers,
        body: read.body.toString(),
      });
      return void response.writeHead(answer.status, answer.headers).end(answer.body);
    }
    if (scope === "sts") return void fauxqs.routing(replayed(read), response);
    answerJson(response, "1.0", {
      status: 501,
      body: { __type: "UnknownOperationException", message: `there is no ${scope} among specdrop's local endpoints` },
    });
  }

  function changed(): void {
    version += 1;
    streams.changed();
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusalOf(request.headers, port);
    if (refusal !== undefined) {
      // Its body is not read, so the connection is of no more use.
      return sendJson(response, refusal.status, { message: refusal.message }, REFUSED);
    }
    try {
      const read = await readRequest(request);
      const receiving = request.headers["x-amz-target"] === "AmazonSQS.ReceiveMessage";
      // A consumer waiting for messages is at rest; an object look-up is part of a write that is counted.
      if (receiving || request.method === "GET" || request.method === "HEAD") await dispatch(read, response);
      else await inFlight.track(() => dispatch(read, response));
      if (mayChange(request)) {
        changed();
        // A write settles later, and nobody may ask how it ended.
        const settlesAt = cloudControl.nextSettlement();
        if (settlesAt !== undefined) setTimeout(changed, Math.max(0, settlesAt - now()) + 1).unref();
      }
    } catch (error) {
      if (error instanceof ConnectionLostError || response.headersSent || request.destroyed) request.socket.destroy();
      else sendJson(response, 500, { __type: "InternalFailure", message: String(error) });
    }
  }

  async function closeState(): Promise<void> {
    await fauxqs.close();
    await dynamoDb.close();
    folder?.close();
  }

  const server = createServer((request, response) => void serve(request, response));
  const port = await listen(server, options.port ?? 0).catch(async (error: unknown) => {
    await closeState();
    throw error;
  });
  const url = `http://${HOST}:${port}`;

  return {
    url,
    port,
    region,
    account: ACCOUNT,
    slackWebhookUrl: url + SLACK_WEBHOOK_PATH,
    /** For clients of Slack's Web API; any token will do. */
    slackApiUrl: url + SLACK_API_PATH,
    /** What SDK clients need to speak to the port. */
    clientSettings: { endpoint: url, region, credentials: { accessKeyId: "local", secretAccessKey: "local" } },
    cloudControl,
    eventBridge,
    deliveries,
    parameters,
    logs,
    objectStore: s3,
    slack,
    inFlight,
    /** Another text after anything may have changed that a page shows; no two processes have the same. */
    version: () => `${startedAt}.${version}`,
    queueCounts: sqs.counts,
    oldestSentAt: sqs.oldestSentAt,
    /** Makes a function that EventBridge targets can name, and others invoke; returns its ARN. */
    registerFunction: functions.register,
    /** Lets `POST /_specdrop/<name>` do something, and answer with what it resolves to. */
    registerAction(name: string, act: () => Promise<unknown>): void {
      actions.set(name, act);
    },
    /** Serves the page at `/_specdrop/`, and leads browsers there. */
    registerPage(source: PageSource): void {
      page = source;
    },
    /** Takes up what an earlier process left undone, once the functions are registered. */
    async resume(): Promise<void> {
      for (const [id, { delivery, event }] of kept?.deliveries ?? []) deliver(id, delivery, event);
      await Promise.all([...(kept?.intents.values() ?? [])].map(s3.recover));
    },
    /** Ends every connection, waiting or not. */
    async close(): Promise<void> {
      deliveries.close();
      streams.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await closeState();
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(cause.code === "EADDRINUSE" ? portTaken(port, cause) : cause),
    );
    server.listen({ port, host: HOST }, () => resolve((server.address() as AddressInfo).port));
  });
}

function portTaken(port: number, cause: Error): Error {
  const advice = "Stop the program that uses it, or choose another port (0 takes any free one).";
  return new Error(`Port ${port} on ${HOST} is in use. ${advice}`, { cause });
}

function answerJson(
  response: ServerResponse,
  version: string,
  { status, body }: { status: number; body: object },
): void {
  const headers: Record<string, string> = {
    "content-type": `application/x-amz-json-${version}`,
    "x-amzn-requestid": randomUUID(),
  };
  sendJson(response, status, body, headers);
}

/** The service a request is signed for; `undefined` where it is not signed. */
function signedFor({ headers, url = "/" }: IncomingMessage): string | undefined {
  const query = url.includes("?")
    ? new URLSearchParams(url.slice(url.indexOf("?"))).get("X-Amz-Credential")
    : undefined;
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? "")?.[1] ?? query ?? undefined;
  return credential?.split("/").at(-2);
}
