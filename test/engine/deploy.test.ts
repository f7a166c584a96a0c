import { ControlPlaneError, LeaseLostError } from "@specdrop/engine";
import { expect, test } from "vitest";
import { refusedByAws, throttled } from "./fake-control-plane.ts";
import { FakeGateway } from "./fake-gateway.ts";
import { type AskedRun, desired, lines, model, world } from "./world.ts";

const deploy = { stageName: "prod" };
const LIVE = { status: "live", stageName: "prod" } as const;
const PENDING = { status: "pending", stageName: "prod" } as const;
const FAILED = { status: "failed", stageName: "prod" } as const;
const UNKNOWN = { status: "unknown", stageName: "prod" } as const;

function gated() {
  const gateway = new FakeGateway();
  const { run, ...rest } = world();
  const deploying: typeof run = (resources, changeSet, options, ports) =>
    run(resources, { deploy, ...changeSet }, options, { gateway, ...ports });
  const deployments = () => gateway.calls.filter((call) => call === "createDeployment").length;
  return { ...rest, gateway, deployments, run: deploying, plainRun: run };
}

test("after its changes a run makes one deployment, and sees that the stage has it", async () => {
  const { run, gateway, deployments } = gated();
  const outcome = await run([desired("/200/"), desired("/404/")]);
  expect(outcome.status).toBe("succeeded");
  expect(outcome.deployment).toEqual(LIVE);
  expect(deployments()).toBe(1);
  expect(gateway.stage?.DeploymentId).toBe("d1");
});

test("a stage that does not take the deployment is not live", async () => {
  const { run, gateway } = gated();
  gateway.ignoresDeployments = true;
  expect((await run([desired("/200/")])).deployment).toEqual(PENDING);
});

test("a stage that goes at the last moment is not live either", async () => {
  const { run, gateway } = gated();
  gateway.faults.getStage = [undefined, () => gateway.removeStage()];
  expect((await run([desired("/200/")])).deployment).toEqual(PENDING);
});

test("a stage that cannot be read afterwards leaves it open", async () => {
  const { run, gateway } = gated();
  gateway.faults.getStage = [undefined, new ControlPlaneError("AccessDenied", "No.", { retryable: false })];
  expect((await run([desired("/200/")])).deployment).toEqual(UNKNOWN);
  gateway.faults.getStage = [undefined, new Error("a bug")];
  await expect(run([desired("/404/")])).rejects.toThrow("a bug");
});

test("without a stage in the document nobody knows, and nothing is deployed", async () => {
  const { plainRun, gateway, deployments } = gated();
  expect((await plainRun([desired("/200/")], {}, {}, { gateway })).deployment).toEqual({ status: "unknown" });
  expect(deployments()).toBe(0);
});

test("without the means to deploy it is pending", async () => {
  const { plainRun } = gated();
  expect((await plainRun([desired("/200/")], { deploy })).deployment).toEqual(PENDING);
});

test("a failed change keeps back the deployment", async () => {
  const { run, plane, deployments } = gated();
  plane.faults.create = [refusedByAws()];
  const outcome = await run([desired("/200/"), desired("/404/")]);
  expect(outcome.status).toBe("failed");
  expect(outcome.deployment).toEqual(PENDING);
  expect(deployments()).toBe(0);
});

test.each([
  [LIVE, 0, "unchanged", LIVE],
  [{ status: "live", stageName: "beta" }, 1, "succeeded", LIVE],
  [PENDING, 1, "succeeded", LIVE],
  [FAILED, 1, "succeeded", LIVE],
  [undefined, 1, "succeeded", LIVE],
] as const)("an unchanged run whose last result said %o makes %i deployments", async (last, count, status, told) => {
  const { run, gateway, deployments } = gated();
  await run([desired("/200/")]);
  gateway.calls.length = 0;
  const outcome = await run([desired("/200/")], last === undefined ? {} : { lastDeployment: last });
  expect(deployments()).toBe(count);
  expect(outcome.status).toBe(status);
  expect(outcome.deployment).toEqual(told);
  if (count === 0) expect(gateway.calls).toEqual([]);
});

test("adopting as it is, and forgetting, need no deployment", async () => {
  const { run, plane, deployments } = gated();
  plane.put(model("/200/"));
  const adopted = desired("/200/", {}, { adopt: true });
  await run([adopted], { lastDeployment: LIVE });
  expect(await run([], { lastDeployment: LIVE })).toMatchObject({ summary: { forget: 1 }, deployment: LIVE });
  expect(deployments()).toBe(0);
  const patched = desired("/200/", { TemplateSelectionExpression: "200" }, { adopt: true });
  expect((await run([patched], { lastDeployment: LIVE })).deployment).toEqual(LIVE);
  expect(deployments()).toBe(1);
});

test("a stage with AutoDeploy is left to AWS, and live once its deployment is another", async () => {
  const { run, gateway, plane, deployments } = gated();
  gateway.stage = { StageName: "prod", AutoDeploy: true, DeploymentId: "d0" };
  plane.faults.create = [() => gateway.autoDeploy("auto1")];
  expect((await run([desired("/200/")])).deployment).toEqual(LIVE);
  expect((await run([desired("/200/"), desired("/404/")])).deployment).toEqual(UNKNOWN);
  const again = await run([desired("/200/"), desired("/404/")], { lastDeployment: UNKNOWN });
  expect(again.status).toBe("unchanged");
  expect(again.deployment).toEqual(UNKNOWN);
  gateway.faults.getStage = [undefined, () => gateway.removeStage()];
  expect((await run([desired("/200/")])).deployment).toEqual(UNKNOWN);
  expect(deployments()).toBe(0);
});

test("a failed deployment leaves the changes succeeded, and says what to do", async () => {
  const { run, gateway } = gated();
  gateway.faults.createDeployment = [refusedByAws()];
  const outcome = await run([desired("/200/")]);
  expect(outcome.status).toBe("succeeded");
  expect(lines(outcome)).toEqual(["create /200/ succeeded"]);
  expect(outcome.deployment).toEqual(FAILED);
  expect(outcome.diagnostics).toMatchObject([{ code: "SD6005", severity: "error", pointer: "/Deploy/StageName" }]);
  expect(outcome.diagnostics[0]?.help).toContain("create-deployment --api-id a1b2c3d4e5 --stage-name prod");

  const range = { start: { line: 3, column: 1 }, end: { line: 3, column: 5 } };
  gateway.stage = undefined;
  const again = await run([desired("/200/")], { lastDeployment: FAILED, deploy: { ...deploy, range } });
  expect(again.status).toBe("succeeded");
  expect(again.deployment).toEqual(FAILED);
  expect(again.diagnostics).toMatchObject([{ code: "SD6005", range }]);
});

test("what is no failure of AWS's is not swallowed", async () => {
  const { run } = gated();
  const holdLease = async () => {
    throw new LeaseLostError("gone");
  };
  await run([desired("/200/")]);
  await expect(run([desired("/200/")], {}, { holdLease })).rejects.toThrow("gone");
});

test("throttling is waited out for five seconds and more, without slowing down everybody", async () => {
  const { run, gateway, time } = gated();
  const told: string[] = [];
  const rate = (name: string) => ({
    async book(requests: number) {
      told.push(`${name} ${requests}`);
      return name === "deployments" ? 5_000 : 0;
    },
    throttled: async () => void told.push(`${name} throttled`),
  });
  gateway.faults.createDeployment = [throttled()];
  const before = time.now;
  const rates = { requestRate: rate("requests"), deploymentRate: rate("deployments") };
  expect((await run([desired("/200/")], {}, {}, rates)).deployment).toEqual(LIVE);
  expect(time.now - before).toBeGreaterThanOrEqual(15_000);
  expect(told.filter((line) => line.startsWith("deployments"))).toEqual([
    "deployments 1",
    "deployments throttled",
    "deployments 1",
  ]);
  expect(told).not.toContain("requests throttled");
  expect(new Set(gateway.tokens).size).toBe(1);
  gateway.faults.createDeployment = [throttled()];
  expect((await run([desired("/404/")])).deployment).toEqual(LIVE);
});

test("with no time left the deployment is left to the next run", async () => {
  const { run, time, deployments } = gated();
  const deadline = time.now + 1_000;
  const onChange = () => {
    time.now += 2_000;
  };
  const interrupted = await run([desired("/200/")], {}, { deadline, onChange });
  expect(interrupted.status).toBe("interrupted");
  expect(lines(interrupted)).toEqual(["create /200/ succeeded"]);
  const outcome = await run([desired("/200/")], { epoch: 0, resumed: true, lastDeployment: LIVE });
  expect(outcome.deployment).toEqual(LIVE);
  expect(outcome.summary.create).toBe(1);
  expect(deployments()).toBe(1);
});

test("a run that died after its deployment makes none again, unless it has written anew", async () => {
  const { run, gateway, plane } = gated();
  const resumed: AskedRun = { epoch: 0, resumed: true };
  await run([desired("/200/", { TemplateSelectionExpression: "a" })]);
  expect(gateway.stage?.DeploymentId).toBe("d1");
  const same = await run([desired("/200/", { TemplateSelectionExpression: "a" })], resumed);
  expect(same.deployment).toEqual(LIVE);
  expect(gateway.stage?.DeploymentId).toBe("d1");

  for (const live of plane.live.values()) plane.live.set(live.identifier, { ...live, properties: {} });
  const anew = await run([desired("/200/", { TemplateSelectionExpression: "a" })], resumed);
  expect(lines(anew)).toEqual(["update /200/ succeeded"]);
  expect(anew.deployment).toEqual(LIVE);
  expect(gateway.stage?.DeploymentId).toBe("d2");
});

test("a withdrawal deploys where the document last deployed to", async () => {
  const { plainRun, run, gateway, deployments } = gated();
  const withdraw = (last: AskedRun["lastDeployment"]) =>
    plainRun([], { mode: "withdraw", ...(last === undefined ? {} : { lastDeployment: last }) }, {}, { gateway });
  await run([desired("/200/")]);
  expect((await withdraw(LIVE)).deployment).toEqual(LIVE);
  expect(deployments()).toBe(2);
  expect((await withdraw(PENDING)).deployment).toEqual(PENDING);
  expect((await withdraw(undefined)).deployment).toEqual({ status: "unknown" });
  expect(deployments()).toBe(2);

  await run([desired("/200/")]);
  gateway.stage = undefined;
  const outcome = await withdraw(LIVE);
  expect(outcome).toMatchObject({ status: "succeeded", diagnostics: [], deployment: UNKNOWN });

  gateway.stage = { StageName: "prod" };
  await run([desired("/200/")]);
  gateway.faults.createDeployment = [refusedByAws()];
  expect((await withdraw(LIVE)).diagnostics).toMatchObject([{ code: "SD6005", pointer: "" }]);
});

test("a plan says which stage would be deployed, and touches nothing", async () => {
  const { run, gateway, plane, deployments } = gated();
  const plan = (resources: Parameters<typeof run>[0], more: AskedRun = {}) => run(resources, { mode: "plan", ...more });
  const WOULD = { status: "pending", stageName: "prod" } as const;
  expect(await plan([desired("/200/")])).toMatchObject({ status: "planned", deployment: WOULD });
  await run([desired("/200/")]);
  const before = deployments();

  // Nothing but the deployment is left to do; then not even that.
  expect(await plan([desired("/200/")])).toMatchObject({ summary: { unchanged: 1 }, deployment: WOULD });
  expect((await plan([desired("/200/")], { lastDeployment: LIVE })).deployment).toBeUndefined();
  expect((await plan([desired("/404/")], { lastDeployment: LIVE })).deployment).toEqual(WOULD);
  expect((await plan([desired("/200/")], { lastDeployment: FAILED })).deployment).toEqual(WOULD);

  gateway.faults.getStage = [refusedByAws()];
  expect((await plan([desired("/200/")])).deployment).toEqual(WOULD);
  gateway.faults.getStage = Array.from({ length: 9 }, throttled);
  await expect(plan([desired("/200/")])).rejects.toThrow("Rate exceeded");
  gateway.faults.getStage = [new Error("a bug")];
  await expect(plan([desired("/200/")])).rejects.toThrow("a bug");
  gateway.faults.getStage = [];

  gateway.stage = { StageName: "prod", AutoDeploy: true };
  expect((await plan([desired("/404/")])).deployment).toBeUndefined();
  gateway.stage = undefined;
  const gone = await plan([desired("/200/")]);
  expect(gone.deployment).toBeUndefined();
  expect(gone.diagnostics).toMatchObject([{ code: "SD4007", severity: "error", pointer: "/Deploy/StageName" }]);
  expect(deployments()).toBe(before);
  expect(plane.live.size).toBe(1);
});

test("a plan that is refused, or names no stage, deploys nothing", async () => {
  const { run, plainRun, plane, gateway } = gated();
  expect((await plainRun([desired("/200/")], { mode: "plan" }, {}, { gateway })).deployment).toBeUndefined();
  plane.put(model("/200/"));
  const refused = await run([desired("/200/")], { mode: "plan" });
  expect(refused).toMatchObject({ summary: { failed: 1 } });
  expect(refused.deployment).toBeUndefined();
});
