import { expect, test } from "vitest";
import { callCli, said, startCli } from "./run-cli.ts";

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

  const port = new URL(url).port;
  const second = await callCli(["dev", "--port", port]);
  expect(second.stderr).toContain(`Port ${port} on 127.0.0.1 is in use`);
  expect(second.code).toBe(1);

  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});
