import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { specsBucket } from "@specdrop/aws/specs-bucket";
import { type Endpoints, startEndpoints } from "@specdrop/local/endpoints";
import { afterAll, beforeAll } from "vitest";
import { specStoreContract } from "../contract/spec-store.ts";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
});
afterAll(() => endpoints.close());

let buckets = 0;
specStoreContract("a bucket without versioning, over HTTP,", async () => {
  buckets += 1;
  const bucket = `specs-${buckets}`;
  const client = new S3Client({ ...endpoints.clientSettings, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    store: specsBucket(client, bucket, { pageSize: 2 }),
    bucket,
    versioned: false,
    close: async () => client.destroy(),
  };
});
