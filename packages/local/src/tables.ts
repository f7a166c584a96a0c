import type { Server } from "node:http";
import dynalite from "dynalite";

/** DynamoDB by dynalite, on disk where there is a path: each write is with the operating system before it is answered. */
export function openTables(path: string | undefined): Server {
  const settings = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  return dynalite(path === undefined ? settings : { ...settings, path });
}

/** Dynalite closes its database with its server, and only one that listens. */
export async function closeTables(tables: Server): Promise<void> {
  await new Promise<void>((resolve) => tables.listen({ port: 0, host: "127.0.0.1" }, resolve));
  await new Promise<void>((resolve, reject) => tables.close((error) => (error ? reject(error) : resolve())));
}
