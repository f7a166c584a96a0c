import { ServerResponse } from "node:http";
import dynalite from "dynalite";
import db from "dynalite/db/index.js";
import { itemBytes } from "./dynamodb-item-size.ts";
import { type Answer, createTransactions, isWrite } from "./dynamodb-transactions.ts";
import { type ReadRequest, replayed, sendJson } from "./http.ts";
import { createInFlight } from "./in-flight.ts";

export type DynamoDb = ReturnType<typeof openDynamoDb>;

const JSON_TYPE = { "content-type": "application/x-amz-json-1.0" };

// Dynalite counts characters, where DynamoDB counts bytes.
db.itemSize = itemBytes;

/** DynamoDB by dynalite, on disk where there is a path: each write is with the operating system before it is answered. */
export function openDynamoDb(path: string | undefined) {
  const settings = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const server = dynalite(path === undefined ? settings : { ...settings, path });
  const working = createInFlight();
  const transactions = createTransactions();
  let closed = false;

  /** Resolves when the request is answered, or its connection is gone. */
  function pass(read: ReadRequest, response: ServerResponse): Promise<void> {
    return new Promise<void>((resolve) => {
      response.once("close", resolve);
      const done = working.begin();
      const { end } = response;
      // Dynalite goes on with a request whose client has left, and ends the answer all the same.
      response.end = ((...all: Parameters<typeof end>) => {
        done();
        resolve();
        return end.apply(response, all);
      }) as typeof end;
      server.emit("request", replayed(read), response);
    });
  }

  /** Asks dynalite what is a part of another request. */
  function asking(read: ReadRequest) {
    return (operation: string, input: object): Promise<Answer> => {
      const request = replayed({ ...read, body: Buffer.from(JSON.stringify(input)) });
      request.headers["x-amz-target"] = `DynamoDB_20120810.${operation}`;
      const response = new ServerResponse(request);
      const done = working.begin();
      return new Promise((resolve) => {
        response.end = ((body: string) => {
          done();
          resolve({ status: response.statusCode, body: JSON.parse(body) });
          return response;
        }) as typeof response.end;
        server.emit("request", request, response);
      });
    };
  }

  return {
    /** Resolves when the request is answered, or its connection is gone. */
    async handle(read: ReadRequest, response: ServerResponse): Promise<void> {
      if (closed) return void response.destroy();
      const operation = String(read.request.headers["x-amz-target"]).split(".")[1] ?? "";
      const input = isWrite(operation) ? parsed(read.body) : undefined;
      if (input === undefined) return pass(read, response);
      if (operation !== "TransactWriteItems") return transactions.hold(asking(read), input, () => pass(read, response));
      const { status, body } = await working.track(() => transactions.transact(asking(read), input));
      sendJson(response, status, body, JSON_TYPE);
    },

    /** Waits for the requests that are being worked on: dynalite throws where its database closes under one. */
    async close(): Promise<void> {
      closed = true;
      await working.none();
      // Dynalite closes its database with its server, and only one that listens.
      await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1" }, resolve));
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}

/** What is no JSON object is dynalite's to refuse. */
function parsed(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
