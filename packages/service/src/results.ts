export { lastDeployment } from "./results/last-deployment.ts";
export { failedUntouched } from "./results/results.ts";
