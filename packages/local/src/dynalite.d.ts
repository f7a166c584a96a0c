declare module "dynalite/db/index.js" {
  const db: { itemSize: (item: never) => number };
  export default db;
}

declare module "dynalite" {
  import type { Server } from "node:http";

  export default function dynalite(options?: {
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
    readonly path?: string;
  }): Server;
}
