import { once } from "node:events";

/** Says that everything is loaded, and waits for what to do. */
export async function order<Order>(): Promise<Order> {
  process.send?.("ready");
  const [given] = await once(process, "message");
  return given as Order;
}
