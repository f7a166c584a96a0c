import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { cloudControl, cloudControlClient, gateway } from "@specdrop/aws/cloud-control/clients";
import { foreignAnswer, isForeign, isSuspicious } from "@specdrop/aws/cloud-control/foreign-answer";
import { ControlPlaneError, processRequestRate } from "@specdrop/engine";
import { startEndpoints } from "@specdrop/local/endpoints";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { virtualClock } from "../virtual-clock.ts";

const MODEL = { ApiId: "api0000001", IntegrationId: "int0001", IntegrationResponseKey: "/200/" };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The ports on a server that answers as it likes, and how often it was asked. */
async function portsOn(answer: RequestListener) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  return { endpoint, asked: () => asked, ...portsAt(endpoint) };
}

function portsAt(endpoint: string) {
  const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "hidden" };
  const client = cloudControlClient({ endpoint, region: "eu-west-1", credentials });
  closing.push(async () => client.destroy());
  const clock = virtualClock();
  const options = { clock, requestRate: processRequestRate(clock) };
  return { controlPlane: cloudControl(client, options), gateway: gateway(client, options), clock };
}

async function refusal(call: Promise<unknown>): Promise<ControlPlaneError> {
  const error = await call.catch((thrown: unknown) => thrown);
  if (!(error instanceof ControlPlaneError)) throw new Error(`It came to ${String(error)}`);
  return error;
}

const HTML = "<!doctype html><html><head><title>Welcome to nginx!</title></head><body><h1>Hello</h1></body></html>";
const JSON_TYPE = { "content-type": "application/json" };

const ANSWERS: Readonly<
  Record<string, readonly [status: number, headers: Record<string, string>, body: string, said: string]>
> = {
  "a page": [200, { "content-type": "text/html" }, HTML, ': it answered 200 with "Welcome to nginx!".'],
  "a page that is not there": [
    404,
    { "content-type": "text/html" },
    "<h1>Not\nFound</h1>",
    ': it answered 404 with "Not Found".',
  ],
  "an error page": [500, { "content-type": "text/html" }, "<h1>Oops</h1>", ': it answered 500 with "Oops".'],
  "a page as JSON": [404, JSON_TYPE, HTML, ': it answered 404 with "Welcome to nginx!".'],
  "another service's refusal": [
    404,
    JSON_TYPE,
    '{"message":"no Route matched"}',
    ": it answered 404 with \"{'message':'no Route matched'}\".",
  ],
  "a list as JSON": [400, JSON_TYPE, "[1]", ': it answered 400 with "[1]".'],
  nothing: [404, {}, "", ": it answered 404."],
  "a redirect": [301, { location: "https://127.0.0.1:1/" }, "", ": it answered 301."],
};

describe.each(Object.entries(ANSWERS))("a server that answers with %s", (_, [status, headers, body, said]) => {
  test("is named at once, and so is what it answered", async () => {
    const ports = await portsOn((_request, response) => response.writeHead(status, headers).end(body));
    const calls = [
      () => ports.controlPlane.list(MODEL),
      () => ports.controlPlane.get("api0000001|int0001|r1"),
      () => ports.controlPlane.create(MODEL, "token"),
      () => ports.gateway.listRoutes("api0000001"),
    ];
    for (const [index, call] of calls.entries()) {
      const error = await refusal(call());
      expect(error).toMatchObject({ code: "NotCloudControl", retryable: false, completed: false });
      expect(error.message).toBe(`${ports.endpoint} is no Cloud Control${said}`);
      expect(ports.asked()).toBe(index + 1);
    }
  });
});

test("JSON of another kind is no empty API, and no write that was accepted", async () => {
  const ports = await portsOn((_, response) => response.writeHead(200, JSON_TYPE).end('{"status":"ok"}'));
  const said = `${ports.endpoint} is no Cloud Control: it answered`;
  expect((await refusal(ports.controlPlane.list(MODEL))).message).toBe(
    `${said} ListResources with 200 and JSON of another kind.`,
  );
  expect((await refusal(ports.gateway.getApi("a"))).message).toContain(`${said} GetResource`);
  expect((await refusal(ports.controlPlane.create(MODEL, "token"))).message).toContain(`${said} CreateResource`);
  expect((await refusal(ports.controlPlane.update("a|b|c", [], "token"))).message).toContain(`${said} UpdateResource`);
  expect((await refusal(ports.controlPlane.delete("a|b|c", "token"))).message).toContain(`${said} DeleteResource`);
  expect((await refusal(ports.controlPlane.followCreate(MODEL, "t"))).message).toContain(
    `${said} GetResourceRequestStatus`,
  );
  expect(ports.asked()).toBe(6);
});

test.each([502, 503, 504])("a proxy's %i may pass: it is asked again, and named in the end", async (status) => {
  let failures = 2;
  const ports = await portsOn((_, response) => {
    failures -= 1;
    if (failures < 0) response.writeHead(200, JSON_TYPE).end('{"TypeName":"x","ResourceDescriptions":[]}');
    else response.writeHead(status, { "content-type": "text/html" }).end("<title>Bad Gateway</title>");
  });
  expect(await ports.controlPlane.list(MODEL)).toEqual([]);
  failures = Number.POSITIVE_INFINITY;
  const error = await refusal(ports.controlPlane.list(MODEL));
  expect(error).toMatchObject({ code: "NotCloudControl", retryable: true });
  expect(error.message).toBe(`${ports.endpoint} is no Cloud Control: it answered ${status} with "Bad Gateway".`);
});

test("an address of https for a server of http", async () => {
  const ports = await portsOn((_, response) => response.end());
  const tls = portsAt(ports.endpoint.replace("http:", "https:"));
  const error = await refusal(tls.controlPlane.list(MODEL));
  expect(error).toMatchObject({ code: "NotCloudControl", retryable: false });
  expect(error.message).toMatch(/^https:\/\/127\.0\.0\.1:\d+ is no Cloud Control: it does not speak TLS/);
});

test("what a server repeats of the request is not told: it is signed", async () => {
  const ports = await portsOn((request, response) => response.writeHead(404).end(JSON.stringify(request.headers)));
  const { message } = await refusal(ports.controlPlane.list(MODEL));
  expect(message).toBe(`${ports.endpoint} is no Cloud Control: it answered 404.`);
});

test("what AWS says is left to be read as before, and so is what imitates it", async () => {
  const refusing = await portsOn((_, response) =>
    response
      .writeHead(400, { "content-type": "application/x-amz-json-1.0" })
      .end('{"__type":"com.amazonaws.cloudcontrol#TypeNotFoundException","message":"no such type"}'),
  );
  expect(await refusal(refusing.controlPlane.list(MODEL))).toMatchObject({
    code: "TypeNotFound",
    message: "no such type",
  });
  const named = await portsOn((_, response) => response.writeHead(403, { "x-amzn-requestid": "r" }).end());
  expect((await refusal(named.controlPlane.list(MODEL))).code).not.toBe("NotCloudControl");

  const stack = await startEndpoints();
  closing.push(() => stack.close());
  const { controlPlane, gateway: real } = portsAt(stack.url);
  expect(await controlPlane.list(MODEL)).toEqual([]);
  expect(await controlPlane.get("api0000001|int0001|r1")).toBeUndefined();
  expect(await real.getApi("api0000001")).toMatchObject({ ApiId: "api0000001" });
  const { identifier } = await controlPlane.create(MODEL, "token");
  expect(await controlPlane.list(MODEL)).toMatchObject([{ identifier }]);
});

test("whatever a server answers, what is told of it is one short line without control characters", () => {
  const reply = fc.record({
    status: fc.integer({ min: 200, max: 599 }),
    headers: fc.constantFrom({}, { "content-type": "text/html" }, { "content-type": "application/json" }),
    text: fc.oneof(fc.string({ unit: "binary" }), fc.json()),
  });
  fc.assert(
    fc.property(reply, (given) => {
      const { message } = foreignAnswer("http://127.0.0.1:1", given);
      expect(message).toMatch(
        /^http:\/\/127\.0\.0\.1:1 is no Cloud Control: it answered \d{3}( with "[\p{L}\p{N}\p{P}\p{S} ]+")?\.$/u,
      );
      expect(message.length).toBeLessThan(140);
      expect(typeof isForeign(given)).toBe("boolean");
    }),
  );
  expect(isSuspicious({ status: 200, headers: { "content-type": "application/x-amz-json-1.0" } })).toBe(false);
  expect(isSuspicious({ status: 404, headers: { "x-amzn-requestid": "r" } })).toBe(false);
});
