export type { SweepPorts } from "./sweep/ports.ts";
export { type Resignalled, type ResignalPorts, resignal } from "./sweep/resignal.ts";
export { type Swept, sweep } from "./sweep/sweep.ts";
