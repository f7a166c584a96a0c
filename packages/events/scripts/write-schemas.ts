import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { operationsSchemas } from "../src/operations-schema.ts";
import { envelopeSchema, eventSchemas } from "../src/result-schemas.ts";

const folder = new URL("../schemas/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) rmSync(new URL(file, folder));
for (const schema of [...eventSchemas, envelopeSchema, ...operationsSchemas]) {
  writeFileSync(new URL(`${schema.title}.json`, folder), `${JSON.stringify(schema, null, 2)}\n`);
}
