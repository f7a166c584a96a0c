import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResultDetail } from "@specdrop/events";
import { type Endpoints, startEndpoints } from "@specdrop/local/index";
import { afterAll, beforeAll, expect, test } from "vitest";
import { awsEnvironment, callCli, emptyFolder, startCli } from "./run-cli.ts";

let endpoints: Endpoints;
beforeAll(async () => {
  endpoints = await startEndpoints({ port: 0 });
});
afterAll(() => endpoints.close());

function workspace(apiId: string) {
  const cwd = emptyFolder();
  const env = awsEnvironment(endpoints.url);
  const write = (templates: Readonly<Record<string, string>>) =>
    writeFileSync(
      join(cwd, "d.json"),
      JSON.stringify({
        ApiId: apiId,
        IntegrationId: "abc1234",
        IntegrationResponses: Object.fromEntries(
          Object.entries(templates).map(([id, $default]) => [
            id,
            { IntegrationResponseKey: `/${id}/`, ResponseTemplates: { $default } },
          ]),
        ),
      }),
    );
  const ofApi = ({ DesiredState = "", Identifier = "" }) => `${DesiredState}${Identifier}`.includes(apiId);
  const writes = () => endpoints.cloudControl.writes().filter(ofApi).length;
  return {
    async apply(templates: Readonly<Record<string, string>>) {
      write(templates);
      const { code, stdout } = await callCli(["apply", "d.json", "--json"], { cwd, env });
      return { code, summary: (JSON.parse(stdout) as readonly ResultDetail[])[0]?.data.summary };
    },
    /** Is killed once AWS has its write. */
    async die(templates: Readonly<Record<string, string>>) {
      write(templates);
      const before = writes();
      const { child, ended } = startCli(["apply", "d.json"], { cwd, env });
      await expect.poll(writes, { timeout: 20_000, interval: 10 }).toBe(before + 1);
      child.kill("SIGKILL");
      await ended;
    },
    /** Once nothing is under way any more. */
    async live() {
      // Nothing ends there before somebody looks.
      const open = () => endpoints.cloudControl.writes().length > 0 && endpoints.cloudControl.nextSettlement();
      await expect.poll(open, { timeout: 20_000 }).toBeUndefined();
      return Object.fromEntries(
        endpoints.cloudControl
          .resources()
          .filter(({ Properties }) => Properties["ApiId"] === apiId)
          .map(({ Properties }) => [Properties["IntegrationResponseKey"], Properties["ResponseTemplates"]]),
      );
    },
  };
}

test("an update that a killed run has sent does not overtake what is asked for next", async () => {
  const { apply, die, live } = workspace("killedupd1");
  endpoints.cloudControl.changeFaults({ settleMs: 20 });
  expect((await apply({ one: "a" })).code).toBe(0);
  endpoints.cloudControl.changeFaults({ settleMs: 3_000 });
  await die({ one: "b" });
  endpoints.cloudControl.changeFaults({ settleMs: 20 });
  expect(await apply({ one: "a" })).toMatchObject({ code: 0, summary: { failed: 0 } });
  expect(await live()).toEqual({ "/one/": { $default: "a" } });
});

test("a deletion that a killed run has sent does not overtake what is asked for next", async () => {
  const { apply, die, live } = workspace("killeddel1");
  endpoints.cloudControl.changeFaults({ settleMs: 20 });
  expect((await apply({ one: "a", two: "a" })).code).toBe(0);
  endpoints.cloudControl.changeFaults({ settleMs: 3_000 });
  await die({ one: "a" });
  endpoints.cloudControl.changeFaults({ settleMs: 20 });
  expect(await apply({ one: "a", two: "a" })).toMatchObject({ code: 0, summary: { failed: 0 } });
  expect(await live()).toEqual({ "/one/": { $default: "a" }, "/two/": { $default: "a" } });
});
