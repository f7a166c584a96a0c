import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { stripVTControlCharacters } from "node:util";
import type { Stack } from "@specdrop/local/stack";
import { main } from "../../packages/cli/src/main.ts";

/** What `specdrop status` says of a stack's ledger, in this process, so that it has the same clock. */
export async function statusOf({ url, region, table }: Pick<Stack, "url" | "region" | "table">): Promise<string> {
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_MAX_ATTEMPTS: "1",
  });
  const [out, err] = [new PassThrough(), new PassThrough()];
  const said = Promise.all([text(out), text(err)]);
  try {
    const streams = { stdin: new PassThrough(), stdout: out, stderr: err } as unknown as Parameters<typeof main>[1];
    await main(["status", "--ledger", `dynamodb:${table}`], streams);
  } finally {
    for (const name of Object.keys(process.env)) if (before[name] === undefined) delete process.env[name];
    Object.assign(process.env, before);
    out.end();
    err.end();
  }
  return stripVTControlCharacters((await said).join("")).trim();
}
