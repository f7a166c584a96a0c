import { spawn } from "node:child_process";
import {
  CloudControlClient,
  CreateResourceCommand,
  GetResourceRequestStatusCommand,
} from "@aws-sdk/client-cloudcontrol";
import { GetBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { endWithTest } from "./end-with-test.ts";
import { callCli, ROOT, said, startCli } from "./run-cli.ts";

test("dev says where it is ready, tells of results, and stops on SIGTERM", async () => {
  const { child, ended } = startCli(["dev", "--port", "0"]);
  const ready = await said(child, "stdout", /\n/);
  expect(ready).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\n$/);
  const url = ready.slice("ready ".length).trim();
  expect(await (await fetch(`${url}/_specdrop/events`)).json()).toEqual([]);

  const told = said(child, "stderr", /SpecRejected/);
  const authorization =
    "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
  await fetch(`${url}/specs/bad.yaml`, { method: "PUT", body: "nonsense: true\n", headers: { authorization } });
  expect(await told).toContain("s3://specs/bad.yaml: SpecRejected: ");

  const ignored = said(child, "stderr", /notes\.txt/);
  await fetch(`${url}/specs/notes.txt`, { method: "PUT", body: "x", headers: { authorization } });
  expect(await ignored).toContain("notes.txt is ignored: its name does not end in .yaml, .yml or .json");

  const aws = new CloudControlClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "a" },
  });
  const properties = { ApiId: "devadopt01", IntegrationId: "int0001", IntegrationResponseKey: "$default" };
  const TypeName = "AWS::ApiGatewayV2::IntegrationResponse";
  const { ProgressEvent } = await aws.send(
    new CreateResourceCommand({ TypeName, DesiredState: JSON.stringify(properties) }),
  );
  const RequestToken = ProgressEvent?.RequestToken;
  await expect
    .poll(async () => (await aws.send(new GetResourceRequestStatusCommand({ RequestToken }))).ProgressEvent, {
      timeout: 20_000,
    })
    .toMatchObject({ OperationStatus: "SUCCESS" });
  aws.destroy();
  const conflict = said(child, "stderr", /ApplyFailed.*Its other properties stay as they are/s);
  const body = JSON.stringify({ IntegrationResponses: { greeting: properties } });
  await fetch(`${url}/specs/greeting.json`, { method: "PUT", body, headers: { authorization } });
  expect(await conflict).toContain('add the line "adopt: true" to greeting');

  const port = new URL(url).port;
  const second = await callCli(["dev", "--port", port]);
  expect(second.stderr).toContain(`Port ${port} on 127.0.0.1 is in use`);
  expect(second.code).toBe(1);

  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

test.each([
  [[], "Enabled"],
  [["--unversioned"], undefined],
])("dev %j has a bucket whose versioning is %s", async (options, status) => {
  const { child, ended } = startCli(["dev", "--port", "0", ...options]);
  const endpoint = (await said(child, "stdout", /\n/)).slice("ready ".length).trim();
  const credentials = { accessKeyId: "a", secretAccessKey: "a" };
  const s3 = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
  expect((await s3.send(new GetBucketVersioningCommand({ Bucket: "specs" }))).Status).toBe(status);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

test("dev that npx started stops where npx is killed", { timeout: 60_000 }, async () => {
  const start = `require("node:child_process").spawn(process.execPath, process.argv.slice(1), { stdio: "inherit" })`;
  const args = ["-e", start, `${ROOT}/packages/cli/bin/specdrop.js`, "dev", "--port", "0"];
  const npx = spawn(process.execPath, args, { env: { ...process.env, npm_command: "exec" } });
  endWithTest(npx);
  await said(npx, "stdout", /^ready /);
  const stopped = said(npx, "stderr", /Stopped\. Nothing is kept/);
  npx.kill("SIGKILL");
  await stopped;
});
