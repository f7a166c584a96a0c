import type { ServerResponse } from "node:http";
import type { buildApp } from "fauxqs";
import { internal } from "./fauxqs-internal.ts";
import { type ReadRequest, replayed, sendJson, sent } from "./http.ts";
import { createMoveTasks, MoveTaskError, type MoveTasksOptions } from "./message-move-tasks.ts";

/** How many messages a queue holds, by state. */
export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

const ANSWERS_WITH_URLS = new Set(["CreateQueue", "GetQueueUrl", "ListQueues", "ListDeadLetterSourceQueues"]);

/**
 * What no message may hold: anything but #x9, #xA, #xD, #x20 to #xD7FF, #xE000 to #xFFFD and #x10000 to #x10FFFF, says the
 * reference of SendMessage.
 */
const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** fauxqs refuses characters beyond U+FFFF, which SQS takes: its pattern gets the rule of SQS. */
export async function takeEveryCharacter(): Promise<void> {
  const { INVALID_MESSAGE_BODY_CHAR } = await internal<{ INVALID_MESSAGE_BODY_CHAR: RegExp }>("sqs/sqsTypes.js");
  INVALID_MESSAGE_BODY_CHAR.test = (text) => ILLEGAL.test(text);
}

export type Sqs = ReturnType<typeof createSqs>;

/** SQS as fauxqs has it, with queue URLs that lead to our port, and with message move tasks. */
export function createSqs(
  app: Pick<ReturnType<typeof buildApp>, "routing" | "inject">,
  account: string,
  options: MoveTasksOptions,
) {
  const moveTasks = createMoveTasks(options);
  const moveCalls: Readonly<Record<string, ((input: never) => object) | undefined>> = {
    StartMessageMoveTask: moveTasks.startMessageMoveTask,
    ListMessageMoveTasks: moveTasks.listMessageMoveTasks,
    CancelMessageMoveTask: moveTasks.cancelMessageMoveTask,
  };
  return {
    async handle(read: ReadRequest, response: ServerResponse, operation: string): Promise<void> {
      const call = moveCalls[operation];
      if (call !== undefined) return answerMoveCall(call, read, response);
      if (!ANSWERS_WITH_URLS.has(operation)) {
        app.routing(replayed(read), response);
        return sent(response);
      }
      const { headers } = replayed(read);
      const answer = await app.inject({ method: "POST", url: "/", headers, payload: read.body });
      const text = answer.payload.replace(/http:\/\/sqs\.[^/"]+(?=\/)/g, `http://${headers.host ?? "127.0.0.1"}`);
      const type = String(answer.headers["content-type"] ?? "application/x-amz-json-1.0");
      const queryError = answer.headers["x-amzn-query-error"];
      sendJson(response, answer.statusCode, JSON.parse(text), {
        "content-type": type,
        ...(queryError === undefined ? {} : { "x-amzn-query-error": String(queryError) }),
      });
    },

    /** Puts a message on a queue by its ARN. Throws where SQS refuses it. */
    async send(
      queueArn: string,
      body: string,
      groupId?: string,
      attributes: Readonly<Record<string, string>> = {},
    ): Promise<void> {
      const [, , , region = "", , name = ""] = queueArn.split(":");
      const answer = await app.inject({
        method: "POST",
        url: "/",
        headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" },
        payload: JSON.stringify({
          QueueUrl: `http://sqs.${region}.localhost/${account}/${name}`,
          MessageBody: body,
          ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
          MessageAttributes: Object.fromEntries(
            // SQS takes no attribute without a value.
            Object.entries(attributes).map(([name, StringValue]) => [
              name,
              { DataType: "String", StringValue: StringValue || "-" },
            ]),
          ),
        }),
      });
      if (answer.statusCode !== 200) throw new Error(`SQS refused a message for ${queueArn}: ${answer.payload}`);
    },

    /** When the oldest message of a queue was sent, in epoch milliseconds; `undefined` where there is none. */
    oldestSentAt(name: string): number | undefined {
      const messages = options.store.inspectQueue(name)?.messages;
      if (messages === undefined) return undefined;
      const all = [...messages.ready, ...messages.delayed, ...messages.inflight.map(({ message }) => message)];
      return all.length === 0 ? undefined : Math.min(...all.map(({ sentTimestamp }) => sentTimestamp));
    },

    /** `undefined` where there is no such queue. */
    async counts(name: string): Promise<QueueCounts | undefined> {
      const answer = await app.inject({ method: "GET", url: "/_fauxqs/queues" });
      const queues =
        answer.json<
          {
            name: string;
            approximateMessageCount: number;
            approximateInflightCount: number;
            approximateDelayedCount: number;
          }[]
        >();
      const queue = queues.find((one) => one.name === name);
      if (queue === undefined) return undefined;
      return {
        visible: queue.approximateMessageCount,
        inFlight: queue.approximateInflightCount,
        delayed: queue.approximateDelayedCount,
      };
    },
  };
}

function answerMoveCall(call: (input: never) => object, { body }: ReadRequest, response: ServerResponse): void {
  const headers = { "content-type": "application/x-amz-json-1.0" };
  try {
    sendJson(response, 200, call(JSON.parse(body.toString() || "{}") as never), headers);
  } catch (error) {
    if (!(error instanceof MoveTaskError)) throw error;
    const { name, message } = error;
    const queryError = { "x-amzn-query-error": `${name};Sender` };
    sendJson(response, 400, { __type: `com.amazonaws.sqs#${name}`, message }, { ...headers, ...queryError });
  }
}
