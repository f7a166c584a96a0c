import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ControlPlaneError } from "@specdrop/engine";
import { LeaseHeldError } from "@specdrop/service/reconcile";
import { afterAll, beforeAll, expect, test } from "vitest";
import { explain } from "../../packages/cli/src/terminal/explain.ts";
import { Failure } from "../../packages/cli/src/terminal/failure.ts";
import { callCli, emptyFolder } from "./run-cli.ts";

function failing(properties: object, message = "no such luck"): Error {
  return Object.assign(new Error(message), properties);
}

const file = (code: string) => failing({ code, syscall: "open", path: "a/b.yaml" });

test.each([
  [file("EACCES"), "a/b.yaml: permission denied. Check its owner"],
  [file("EPERM"), "a/b.yaml: not permitted. Check its owner"],
  [file("ENOENT"), "a/b.yaml: it does not exist. Check the path"],
  [file("EISDIR"), "a/b.yaml: it is a folder. Give the path of a file."],
  [file("ENOTDIR"), "a/b.yaml: a part of the path is a file."],
  [failing({ code: "ENOSPC", syscall: "write" }), "write: the disk is full. Free some space"],
  [failing({ code: "ECONNREFUSED", address: "::1", port: 80 }), "nothing answers at ::1:80"],
  [failing({ code: "ENOTFOUND", hostname: "x.example" }), "cannot find x.example"],
  [failing({ code: "ECONNRESET" }, "socket hang up"), "(socket hang up). Check the network, and try again."],
  [
    failing({ name: "TimeoutError", code: "ETIMEDOUT" }, "exceeded 15000 ms."),
    "does not answer. Check AWS_ENDPOINT_URL",
  ],
  [failing({ code: "SELF_SIGNED_CERT_IN_CHAIN" }), "NODE_EXTRA_CA_CERTS"],
  [failing({ name: "CredentialsProviderError" }), "no AWS credentials found. Set AWS_PROFILE"],
  [failing({ name: "CredentialsProviderError" }, "The SSO session has expired"), "Sign in again (aws sso login)"],
  [failing({ name: "ExpiredTokenException" }), "Sign in again (aws sso login)"],
  [failing({ name: "UnrecognizedClientException" }), "AWS does not accept these credentials: no such luck. Check"],
  [failing({ name: "AccessDenied" }), "AWS does not allow this: no such luck. Give the role"],
  [failing({ name: "NoSuchBucket" }), "the bucket does not exist in this account"],
  [failing({ name: "ResourceNotFoundException" }, "Event bus b does not exist."), "the event bus does not exist"],
  [new LeaseHeldError("Another run is writing to API a1"), "writing to API a1. Wait until it ends, and run again"],
  [new ControlPlaneError("AccessDenied", "not you", { retryable: false }), "AWS does not allow this: not you."],
  [new Error("x", { cause: new Error("y", { cause: file("EACCES") }) }), "a/b.yaml: permission denied."],
])("what %s means", (error, message) => {
  const explained = explain(error);
  expect(explained.message).toContain(message);
  expect(explained.message).not.toContain("--debug");
  expect(explained.exitCode).toBe(1);
});

test("a ledger that does not exist is wrong usage", () => {
  const explained = explain(failing({ name: "ResourceNotFoundException" }));
  expect(explained.message).toContain("the ledger's DynamoDB table does not exist");
  expect(explained.exitCode).toBe(2);
});

test("a message of ours is not lost to its cause; what nobody foresaw names --debug", () => {
  const ours = new Error("The ledger could not be written. Free some space.", { cause: file("ENOSPC") });
  expect(explain(ours).message).toBe("The ledger could not be written. Free some space.");
  expect(explain(new Failure("give a path", { exitCode: 2 }))).toEqual({ message: "give a path", exitCode: 2 });
  expect(explain(new TypeError("x is not a function")).message).toBe("x is not a function (--debug shows where)");
  expect(explain("thrown text").message).toBe("thrown text (--debug shows where)");
});

const AWS = { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any" };
let refusal = "";
const aws = createServer((request, response) => {
  request.resume();
  const body = JSON.stringify({ __type: refusal, message: `${refusal} it is` });
  response.writeHead(400, { "content-type": "application/x-amz-json-1.0", "x-amzn-errortype": refusal }).end(body);
});
beforeAll(() => new Promise<void>((done) => void aws.listen(0, "127.0.0.1", done)));
afterAll(() => void aws.close());

const SPEC = "ApiId: a1\nIntegrationId: i1\nIntegrationResponses:\n  ok: { IntegrationResponseKey: $default }\n";

async function failed(args: readonly string[], env: Readonly<Record<string, string>> = AWS, wanted = 1) {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "a.yaml"), SPEC);
  mkdirSync(join(cwd, "folder"));
  symlinkSync("circle", join(cwd, "circle"));
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
  const { code, stdout, stderr } = await callCli(args, { cwd, env: { AWS_ENDPOINT_URL, ...env } });
  expect(stderr).not.toMatch(/^ +at /m);
  expect(code).toBe(wanted);
  return `${stdout}${stderr}`;
}

test("every command says what to do about what the world lacks, and shows no stack", async () => {
  const { AWS_REGION, ...keys } = AWS;
  expect(await failed(["doctor", "--api", "a1"], keys)).toContain("Set AWS_REGION");
  expect(await failed(["export", "--api", "a1"], { AWS_REGION })).toContain("Set AWS_PROFILE");
  expect(await failed(["validate", "circle"])).toContain("form a loop");
  expect(await failed(["plan", "--ledger", "folder", "a.yaml"])).toContain("Check that it is a file");
  expect(await failed(["apply", "--ledger", "a.yaml/l.json", "a.yaml"])).toContain(
    "a.yaml is a file. Choose another place",
  );
  refusal = "ExpiredTokenException";
  expect(await failed(["plan", "a.yaml"])).toContain("aws sso login");
  expect(await failed(["apply", "a.yaml"])).toContain("aws sso login");
  expect(await failed(["status", "--ledger", "dynamodb:t"])).toContain("aws sso login");
  refusal = "AccessDeniedException";
  expect(await failed(["plan", "a.yaml"])).toContain("= help: Give the role");
  expect(await failed(["drift", "--ledger", "dynamodb:t"])).toContain("Give the role or user that permission");
  refusal = "ResourceNotFoundException";
  expect(await failed(["apply", "--ledger", "dynamodb:t", "--namespace", "n", "a.yaml"], AWS, 2)).toContain(
    "Check the name after dynamodb:.",
  );
});

const JSON_COMMANDS = [
  ["plan", "--json", "a.yaml"],
  ["apply", "--json", "a.yaml"],
  ["run", "--json", "a.ts"],
  ["withdraw", "--json", "a.yaml"],
  ["drift", "--json"],
  ["status", "--json"],
  ["suspend", "--json"],
  ["resume", "--json"],
  ["submit", "--json", "a.yaml", "--bus", "b"],
  ["doctor", "--json", "--api", "a1"],
];

test("with --json even a failure is one JSON document", async () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "a.yaml"), SPEC);
  writeFileSync(join(cwd, "a.ts"), "");
  mkdirSync(join(cwd, ".specdrop/ledger.json"), { recursive: true });
  const env = { ...AWS, AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
  for (const args of JSON_COMMANDS) {
    const { code, stdout, stderr } = await callCli(args, { cwd, env });
    const { error } = JSON.parse(stdout) as { readonly error: { readonly message: string } };
    expect(stderr).toContain(error.message);
    expect(error.message).not.toBe("");
    expect(code).toBe(1);
  }
  const nowhere = await callCli(["validate", "--format", "json", "nowhere"], { cwd });
  expect(JSON.parse(nowhere.stdout)).toEqual({ error: { message: "nowhere does not exist" } });
  expect(nowhere.code).toBe(2);
  expect(await callCli(["validate", "nowhere"], { cwd })).toMatchObject({ code: 2, stdout: "" });
});

test("a profile that is not there is named, with those that are", async () => {
  const folder = emptyFolder();
  const config = join(folder, "config");
  writeFileSync(config, "[default]\nregion = eu-west-1\n[profile work]\nregion = eu-west-1\n");
  const env = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials") };
  const status = (more: NodeJS.ProcessEnv) =>
    callCli(["status", "--ledger", "dynamodb:x"], { env: { ...env, ...more, AWS_EC2_METADATA_DISABLED: "true" } });
  const said = `there is no AWS profile "nope" in ${config} or ${join(folder, "credentials")}. Set AWS_PROFILE to one of these: default, work.`;
  expect((await status({ AWS_PROFILE: "nope" })).stderr).toContain(said);
  expect((await status({ AWS_PROFILE: "nope", AWS_REGION: "eu-west-1" })).stderr).toContain(said);
  writeFileSync(config, "");
  expect((await status({ AWS_PROFILE: "nope" })).stderr).toContain("Neither has a profile");
  writeFileSync(join(folder, "credentials"), "[ nope ]\n");
  expect((await status({ AWS_PROFILE: "nope" })).stderr).toContain("no AWS region found");
});
