import alchemy from "alchemy";
import AWS from "alchemy/aws/control";
import { order } from "./order.ts";

/** Creates responses side by side, so many on each of so many APIs; then, if asked, updates and deletes them one after the other. */
const { apis, each, whole } = await order();
console.log = () => {};
const failures = [];

async function declare(phase, TemplateSelectionExpression) {
  const app = await alchemy("bench", { phase, stage: "bench", quiet: true });
  if (phase === "up") {
    const all = Array.from({ length: apis * each }, (_, n) =>
      AWS.ApiGatewayV2.IntegrationResponse(`response${n}`, {
        ApiId: `api${String(n % apis).padStart(7, "0")}`,
        IntegrationId: "int0001",
        IntegrationResponseKey: `/${1000 + n}/`,
        TemplateSelectionExpression,
      }),
    );
    for (const outcome of await Promise.allSettled(all)) {
      if (outcome.status === "rejected") failures.push(String(outcome.reason).slice(0, 200));
    }
  }
  await app.finalize().catch((error) => failures.push(String(error).slice(0, 200)));
}

await declare("up", "200");
if (whole) {
  await declare("up", "201");
  await declare("destroy");
}
process.send({ failures }, () => process.exit(0));
