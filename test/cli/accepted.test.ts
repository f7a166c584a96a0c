import { readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { ResultDetail } from "@specdrop/events";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { awsEnvironment, callCli, emptyFolder } from "./run-cli.ts";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
});
afterAll(() => endpoints.close());

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A proxy that answers questions about a status with an error, for as long as it is told to. */
async function startCensor(target: string) {
  const censor = { url: "", error: undefined as string | undefined, refused: 0 };
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    if (censor.error !== undefined && headers["x-amz-target"] === "CloudApiService.GetResourceRequestStatus") {
      censor.refused += 1;
      const body = JSON.stringify({
        __type: censor.error,
        message: "The security token included in the request is expired",
      });
      outgoing.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end(body);
      incoming.resume();
      return;
    }
    const onward = request(
      new URL(url ?? "/", target),
      { method, headers: { ...headers, host: new URL(target).host } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(onward);
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  censor.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return censor;
}

async function workspace(apiId: string) {
  const censor = await startCensor(endpoints.url);
  endpoints.cloudControl.changeFaults({ settleMs: 50 });
  const cwd = emptyFolder();
  const env = awsEnvironment(censor.url);
  const textOf = (template: string) =>
    JSON.stringify({
      ApiId: apiId,
      IntegrationId: "abc1234",
      IntegrationResponses: { ok: { IntegrationResponseKey: "$default", ResponseTemplates: { $default: template } } },
    });
  async function run(command: string) {
    const { code, stdout, stderr } = await callCli([command, "d.json", "--json"], { cwd, env });
    const [detail] = JSON.parse(stdout) as readonly ResultDetail[];
    return { code, stderr, change: detail?.data.changes[0], diagnostics: detail?.data.diagnostics };
  }
  return {
    censor,
    withdraw: () => run("withdraw"),
    status: () => callCli(["status"], { cwd, env }),
    apply(template: string) {
      writeFileSync(join(cwd, "d.json"), textOf(template));
      return run("apply");
    },
    owned: () => JSON.parse(readFileSync(join(cwd, ".specdrop/ledger.json"), "utf8")).owned,
    live: () => endpoints.cloudControl.resources().filter(({ Properties }) => Properties["ApiId"] === apiId),
  };
}

test("a create whose polling fails for good is resumed: owned, and made once", async () => {
  const { censor, apply, owned, live, status } = await workspace("pollexpir1");
  censor.error = "ExpiredTokenException";
  const first = await apply("{}");
  expect(first).toMatchObject({
    code: 1,
    change: { action: "create", status: "failed", error: { code: "ExpiredToken" } },
  });
  expect(first.change?.error?.message).toMatch(/^AWS accepted this request, but its result is not known yet\./);
  expect(first.change?.error?.help).toMatch(/sign in again .* The next run asks for the result/);

  // While AWS does not say, the response stays ours.
  const still = await apply("{}");
  expect(still).toMatchObject({ code: 1, diagnostics: [{ code: "SD4001" }] });
  expect(owned()).toMatchObject([{ pending: { requestToken: expect.any(String) } }]);
  const unsure = await status();
  expect(unsure.stdout).toContain("API pollexpir1  ApplyFailed  1 owned  1 write with an unknown result\n    SD4001: ");
  expect(unsure.stdout).toContain("Apply the document again: the next run on this API asks for them.\n");
  expect(unsure.stdout).toContain("1 document, 1 response owned, 1 failed, 1 write with an unknown result.\n");

  censor.error = undefined;
  expect(await apply("{}")).toMatchObject({ code: 0, change: { action: "none", status: "succeeded" } });
  expect(live()).toHaveLength(1);
  expect(owned()).toMatchObject([{ origin: "created", identifier: live()[0]?.Identifier }]);
  expect((await status()).stdout).toContain("1 document, 1 response owned, everything settled.\n");
  expect(censor.refused).toBeGreaterThan(1);
});

test("an update and a deletion whose polling fails for good are said to be accepted, and waited for", async () => {
  const { censor, apply, withdraw, live } = await workspace("pollexpir2");
  expect((await apply("one")).code).toBe(0);
  censor.error = "AccessDeniedException";
  const update = await apply("two");
  expect(update).toMatchObject({ code: 1, change: { action: "update", error: { code: "AccessDenied" } } });
  expect(update.change?.error?.message).toContain("AWS accepted this request");
  censor.error = undefined;
  // The update has ended by now; it must not overtake what is asked for next.
  expect(await apply("one")).toMatchObject({ code: 0, change: { action: "update" } });
  expect(live()).toMatchObject([{ Properties: { ResponseTemplates: { $default: "one" } } }]);

  censor.error = "AccessDeniedException";
  const deletion = await withdraw();
  expect(deletion).toMatchObject({ code: 1, change: { action: "delete", error: { code: "AccessDenied" } } });
  expect(deletion.change?.error?.message).toContain("AWS accepted this request");
  censor.error = undefined;
  expect((await withdraw()).code).toBe(0);
  expect(live()).toEqual([]);
});
