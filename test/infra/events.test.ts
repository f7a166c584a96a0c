import {
  OPERATIONS_DETAIL_TYPES,
  OUR_SOURCES,
  PROGRESS_DETAIL_TYPE,
  PROGRESS_SOURCE,
  RESULT_DETAIL_TYPES,
} from "@specdrop/events";
import { matchesPattern, parsePattern } from "@specdrop/local/event-bridge/pattern";
import { describe, expect, inject, test } from "vitest";
import { isSpecKey, resultKey, submittedKey } from "../../packages/service/src/documents/keys.ts";
import { busEvent, s3Event } from "../functions/samples.ts";
import { all, only, TYPES } from "./infrastructure.ts";

const stages = inject("stages");

const RULES = {
  specsToIntake: "defaultSubscriberSpecsToIntakeRule",
  documentsToIntake: "EventsSubscriberDocumentsToIntakeRule",
  resultsToNotify: "ResultsToNotify",
  progressToNotify: "ProgressToNotify",
  resumedToSweep: "EventsSubscriberResumedToSweepRule",
} as const;

describe.each(["dev", "production"] as const)("%s", (name) => {
  const stage = stages[name];
  const rule = (id: keyof typeof RULES) => only(stage, TYPES.rule, RULES[id]);
  const bucket: string = only(stage, TYPES.bucket).state["bucket"];

  /** Which rules of a bus an event fits, among all there are. */
  function fitting(bus: "default" | "ours", event: object): readonly string[] {
    const busName = bus === "ours" ? only(stage, TYPES.bus).state["name"] : bus;
    return all(stage, TYPES.rule)
      .filter(({ inputs }) => inputs["eventBusName"] === busName && inputs["state"] === "ENABLED")
      .filter(({ inputs }) => matchesPattern(parsePattern(inputs["eventPattern"]), event))
      .map((resource) => resource.name);
  }

  const objectEvent = (detailType: "Object Created" | "Object Deleted", key: string, bucketName = bucket) => {
    const event = s3Event(detailType, { key, etag: "b1946ac92492d2347c6235b4d2611184", sequencer: "617f08299329d189" });
    return { ...event, detail: { ...event.detail, bucket: { name: bucketName } } };
  };

  const specKeys = [
    "chat.yaml",
    "team a/Ünïcode+1%2F.yml",
    "deep/er/CHAT.JSON",
    "resultset.json",
    submittedKey("111122223333", "shop/orders", "chat"),
  ];
  test.each(specKeys)("the spec %s reaches intake when it is created and when it is deleted", (key) => {
    expect(isSpecKey(key)).toBe(true);
    expect(fitting("default", objectEvent("Object Created", key))).toEqual([RULES.specsToIntake]);
    expect(fitting("default", objectEvent("Object Deleted", key))).toEqual([RULES.specsToIntake]);
  });

  test.each([resultKey(`s3://${bucket}/a.json`, 7, "a1b2c3d4e5"), "results/a.yaml", "folder/", "results/"])(
    "%s is no spec, and wakes nobody",
    (key) => {
      expect(isSpecKey(key)).toBe(false);
      expect(fitting("default", objectEvent("Object Created", key))).toEqual([]);
      expect(fitting("default", objectEvent("Object Deleted", key))).toEqual([]);
    },
  );

  test("nothing else on the default bus reaches anybody", () => {
    const created = objectEvent("Object Created", "chat.yaml");
    const foreign = [
      objectEvent("Object Created", "chat.yaml", `${bucket}-copy`),
      { ...created, "detail-type": "Object Tags Added" },
      { ...created, "detail-type": "Object Restore Completed" },
      { ...created, source: "orders" },
      busEvent("orders", "SpecSubmitted", { name: "chat", document: "" }),
      busEvent("specdrop", "ApplyFailed", {}),
      busEvent("aws.cloudcontrolapi", "AWS API Call via CloudTrail", { eventName: "CreateResource" }),
    ];
    for (const event of foreign) expect(fitting("default", event)).toEqual([]);
  });

  test("a document sent as an event reaches intake", () => {
    for (const detailType of ["SpecSubmitted", "SpecWithdrawn"]) {
      expect(fitting("ours", busEvent("orders", detailType, { name: "chat" }))).toEqual([RULES.documentsToIntake]);
      expect(fitting("ours", busEvent("specdrop.cli", detailType, { name: "chat" }))).toEqual([
        RULES.documentsToIntake,
      ]);
      for (const source of OUR_SOURCES) {
        expect(fitting("ours", busEvent(source, detailType, { name: "chat" }))).not.toContain(RULES.documentsToIntake);
      }
    }
  });

  test.each(RESULT_DETAIL_TYPES)("%s reaches notify, and not intake", (detailType) => {
    expect(fitting("ours", busEvent("specdrop", detailType, {}))).toEqual([RULES.resultsToNotify]);
    expect(fitting("ours", busEvent("orders", detailType, {}))).toEqual([]);
  });

  test.each(OPERATIONS_DETAIL_TYPES)(
    "the notice %s reaches notify, and the sweep if it says to go on",
    (detailType) => {
      const saysToGoOn = ["Resumed", "WithdrawalsReleased"].includes(detailType);
      const expected = saysToGoOn ? [RULES.resultsToNotify, RULES.resumedToSweep] : [RULES.resultsToNotify];
      expect([...fitting("ours", busEvent("specdrop.operations", detailType, {}))].sort()).toEqual(expected.sort());
      expect(fitting("ours", busEvent("specdrop", detailType, {}))).not.toContain(RULES.resumedToSweep);
      expect(fitting("ours", busEvent("orders", detailType, {}))).toEqual([]);
    },
  );

  test("how far a run is reaches notify by a rule of its own", () => {
    expect(fitting("ours", busEvent(PROGRESS_SOURCE, PROGRESS_DETAIL_TYPE, {}))).toEqual([RULES.progressToNotify]);
    expect(fitting("ours", busEvent("orders", PROGRESS_DETAIL_TYPE, {}))).toEqual([]);
  });

  test("what else goes over the bus reaches nobody", () => {
    expect(fitting("ours", busEvent("orders", "OrderPlaced", {}))).toEqual([]);
    expect(fitting("ours", objectEvent("Object Created", "chat.yaml"))).toEqual([]);
  });

  test("there are five rules, on the bus and to what they are named after", () => {
    expect(
      all(stage, TYPES.rule)
        .map((resource) => resource.name)
        .sort(),
    ).toEqual(Object.values(RULES).sort());
    const targetOf = (id: keyof typeof RULES) => {
      const targets = all(stage, TYPES.target).filter(({ inputs }) => inputs["rule"] === rule(id).state["name"]);
      expect(targets).toHaveLength(1);
      expect(targets[0]?.inputs["eventBusName"]).toBe(rule(id).inputs["eventBusName"]);
      return targets[0]?.inputs["arn"];
    };
    const fn = (id: string) => only(stage, TYPES.function, `${id}Function`).state["arn"];
    expect(targetOf("specsToIntake")).toBe(fn("Intake"));
    expect(targetOf("documentsToIntake")).toBe(fn("Intake"));
    const notifications = only(stage, TYPES.queue, "NotificationsQueue").state["arn"];
    expect(targetOf("resultsToNotify")).toBe(notifications);
    expect(targetOf("progressToNotify")).toBe(notifications);
    expect(targetOf("resumedToSweep")).toBe(fn("Sweep"));
  });

  test("what a rule cannot deliver within six hours is kept, but for progress, which is old news after a minute", () => {
    for (const { inputs } of all(stage, TYPES.target)) {
      if (inputs["rule"] === rule("progressToNotify").state["name"]) {
        expect(inputs["deadLetterConfig"]).toBeUndefined();
        expect(inputs["retryPolicy"]).toEqual({ maximumRetryAttempts: 3, maximumEventAgeInSeconds: 60 });
        continue;
      }
      const target = all(stage, TYPES.function).find(({ state }) => state["arn"] === inputs["arn"]);
      const failures = only(stage, TYPES.queue, `${target?.name.replace(/Function$/, "") ?? "Notify"}FailuresQueue`);
      expect(inputs["deadLetterConfig"]).toEqual({ arn: failures.state["arn"] });
      expect(inputs["retryPolicy"]).toEqual({ maximumRetryAttempts: 24, maximumEventAgeInSeconds: 21_600 });
    }
  });
});
