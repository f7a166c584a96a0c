import type { ResultEvent } from "@specdrop/events";
import { checkMessage, SlackError } from "@specdrop/slack";
import { expect } from "vitest";
import { readGolden } from "../events/golden.ts";
import { aProgress, type vary } from "./scenarios.ts";
import type { slackWorld } from "./world.ts";

export const START = Date.parse("2026-11-22T12:00:00.000Z");
export const iso = (epochMs: number) => new Date(epochMs).toISOString();

/** A result of another run each time, made now. */
export function result(name: Parameters<typeof vary>[0], number = 1, now = START): ResultEvent {
  const { detailType, detail } = readGolden(name).event;
  const metadata = { ...detail.metadata, id: `event-${number}`, operationId: `operation-${number}`, time: iso(now) };
  return { detailType, detail: { ...detail, metadata } };
}

export const progressOf = (number: number, ended: number, now = START) =>
  aProgress({ operationId: `operation-${number}`, ended, time: iso(now) });

export const titles = (posted: ReturnType<typeof slackWorld>["posted"]) =>
  posted.map(({ message }) => {
    expect(checkMessage(message)).toEqual([]);
    return message.text.split(":")[0];
  });

export const refusal = (code: string, retryAfterMs?: number) =>
  new SlackError(code, code, { retryable: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
