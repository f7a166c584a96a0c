import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import { afterAll, beforeAll, describe } from "vitest";
import { specStoreContract } from "../contract/spec-store.ts";

/** An S3 with versioning that nobody here wrote. */
const hasMoto = spawnSync("moto_server", ["--help"], { stdio: "ignore" }).status === 0;
if (!hasMoto) console.warn("moto_server is not installed: buckets with versioning are tested against mocks only.");

describe.skipIf(!hasMoto)("moto", () => {
  let server: ChildProcess;
  let endpoint: string;
  beforeAll(async () => {
    server = spawn("moto_server", ["-H", "127.0.0.1", "-p", "0"], { stdio: ["ignore", "ignore", "pipe"] });
    endpoint = await addressOf(server);
  }, 60_000);
  afterAll(() => {
    server.kill();
  });

  let buckets = 0;
  for (const versioned of [true, false]) {
    specStoreContract(`a bucket ${versioned ? "with" : "without"} versioning, on moto,`, async () => {
      buckets += 1;
      const bucket = `specs-${buckets}`;
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      const client = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      if (versioned) {
        const VersioningConfiguration = { Status: "Enabled" } as const;
        await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
      }
      return {
        store: specsBucket(client, bucket, { pageSize: 2 }),
        bucket,
        versioned,
        close: async () => client.destroy(),
      };
    });
  }
});

/** The address it says it listens on. */
async function addressOf({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error("moto_server has no stderr");
  for await (const line of createInterface({ input: stderr })) {
    const address = /Running on (http:\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    stderr.resume();
    return address;
  }
  throw new Error("moto_server ended before it listened");
}
