import { readdirSync, readFileSync } from "node:fs";
import type { ResultDetail, ResultDetailType, ResultEvent } from "@specdrop/events";

const folder = new URL("golden/", import.meta.url);

/** The names of all golden events. */
export const GOLDEN_NAMES = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));

/** A golden event as EventBridge delivers it, and the result in it. */
export function readGolden(name: string): { received: Record<string, unknown>; text: string; event: ResultEvent } {
  const text = readFileSync(new URL(`${name}.json`, folder), "utf8");
  const received = JSON.parse(text) as Record<string, unknown>;
  const detailType = received["detail-type"] as ResultDetailType;
  return { received, text, event: { detailType, detail: received["detail"] as ResultDetail } };
}
