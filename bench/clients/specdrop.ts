import { setTimeout as sleep } from "node:timers/promises";
import { cloudControl, cloudControlClient } from "@specdrop/aws/cloud-control/clients";
import type { Learnt } from "@specdrop/aws/cloud-control/pace";
import { order } from "./order.ts";

/** Creates, updates and deletes a response, so many times over; sends back what it has learnt of their times. */
const { rounds, learnt } = await order<{ rounds: number; learnt?: Learnt }>();
let found: Learnt | undefined = learnt;
const plane = cloudControl(cloudControlClient(), {
  clock: { now: Date.now, sleep: (ms) => sleep(ms) },
  operationTimes: {
    read: async () => learnt,
    async write(now) {
      found = now;
    },
  },
});
for (let round = 0; round < rounds; round++) {
  const model = { ApiId: "api0000001", IntegrationId: "int0001", IntegrationResponseKey: "$default" };
  const { identifier } = await plane.create(model, `create-${round}`);
  const patch = [{ op: "add", path: "/TemplateSelectionExpression", value: "200" }] as const;
  await plane.update(identifier, patch, `update-${round}`);
  await plane.delete(identifier, `delete-${round}`);
}
process.send?.(found ?? {}, () => process.disconnect());
