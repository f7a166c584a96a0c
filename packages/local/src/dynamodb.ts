import type { ServerResponse } from "node:http";
import dynalite from "dynalite";
import { type ReadRequest, replayed } from "./http.ts";
import { createInFlight } from "./in-flight.ts";

export type DynamoDb = ReturnType<typeof openDynamoDb>;

/** DynamoDB by dynalite, on disk where there is a path: each write is with the operating system before it is answered. */
export function openDynamoDb(path: string | undefined) {
  const settings = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  const server = dynalite(path === undefined ? settings : { ...settings, path });
  const working = createInFlight();
  let closed = false;

  return {
    /** Resolves when the request is answered, or its connection is gone. */
    async handle(read: ReadRequest, response: ServerResponse): Promise<void> {
      if (closed) return void response.destroy();
      await new Promise<void>((resolve) => {
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
