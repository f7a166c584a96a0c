import { parseJson } from "../values/json.ts";
import { VelocityMap } from "../values/value.ts";
import { type Backend, payloadOf, type Reply, statusOf } from "./given.ts";
import type { Outcome, Step } from "./step.ts";

/** What keys are matched to; `value` is absent where a successful Lambda invocation has none. */
export interface MatchValue {
  readonly value?: string;
}

/** The value that the integration type fixes: a Lambda's errorMessage, otherwise the status. */
export function matchValueOf(backend: Backend, reply: Reply): Outcome<MatchValue> {
  if (backend !== "lambda") return ofStatus(backend, statusOf(backend, reply));
  const payload = payloadOf(backend, reply);
  const body = parseJson(payload, "json");
  const message = body instanceof VelocityMap ? body.entries.get("errorMessage") : undefined;
  const step = (rest: Pick<Step, "rule" | "output" | "grade" | "source">): Step => ({
    step: "value",
    input: reply.error === undefined ? "what the function returned" : "what the failed invocation returned",
    ...rest,
  });
  if (message === undefined || message === null) {
    const rule = "A Lambda reply without errorMessage has no value that keys are matched to.";
    return {
      value: {},
      steps: [step({ rule, output: "none", grade: "documented", source: "DG selection-expressions" })],
    };
  }
  if (typeof message !== "string") {
    const rule = "What keys are matched to is not known where errorMessage is no text.";
    return { steps: [step({ rule, output: "", grade: "unknown", source: "none" })] };
  }
  const rule = "Keys of a Lambda integration are matched to errorMessage.";
  const grade = reply.error === undefined ? "inferred" : "documented";
  return {
    value: { value: message },
    steps: [step({ rule, output: message, grade, source: "DG data-transformations" })],
  };
}

function ofStatus(backend: Backend, status: number): Outcome<MatchValue> {
  const value = String(status);
  const isAws = backend === "aws";
  return {
    value: { value },
    steps: [
      {
        step: "value",
        rule: "Keys are matched to the status of the reply.",
        input: `status ${value}`,
        output: value,
        grade: isAws ? "observed" : "documented",
        source: isAws ? "LS-WS kinesis" : "DG data-transformations",
      },
    ],
  };
}
