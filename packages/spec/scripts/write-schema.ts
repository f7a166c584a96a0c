import { writeFileSync } from "node:fs";
import { documentSchema } from "../src/schema.ts";

const file = new URL("../specdrop.schema.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(documentSchema(), null, 2)}\n`);
