import { Unproven } from "../errors.ts";
import { parseJson } from "../values/json.ts";
import { type Value, VelocityMap } from "../values/value.ts";
import { type Backend, payloadOf, type Reply, statusOf } from "./given.ts";
import type { Step, StepOutcome } from "./step.ts";

/** What keys are matched to; `value` is absent where a successful Lambda invocation has none. */
export interface MatchValue {
  readonly value?: string;
}

/** The value that the integration type fixes: a Lambda's errorMessage, otherwise the status. */
export function matchValueOf(backend: Backend, reply: Reply): StepOutcome<MatchValue> {
  if (backend !== "lambda") return ofStatus(backend, statusOf(backend, reply));
  const payload = payloadOf(backend, reply);
  const message = messageIn(payload);
  const step = (rest: Pick<Step, "rule" | "output" | "grade" | "source">): Step => ({
    step: "value",
    input: reply.error === undefined ? "what the function returned" : "what the failed invocation returned",
    ...rest,
  });
  if (message === undefined) {
    const rule = "A Lambda reply without errorMessage has no value that keys are matched to.";
    return {
      value: {},
      steps: [step({ rule, output: "none", grade: "documented", source: "DG selection-expressions" })],
    };
  }
  if (message instanceof Unproven || typeof message !== "string") {
    const rule =
      message instanceof Unproven
        ? message.message
        : "What keys are matched to is not known where errorMessage is no text.";
    return { steps: [step({ rule, output: "not known", grade: "unknown", source: "none" })] };
  }
  const rule = "Keys of a Lambda integration are matched to errorMessage.";
  const grade = reply.error === undefined ? "inferred" : "documented";
  return {
    value: { value: message },
    steps: [step({ rule, output: message, grade, source: "DG data-transformations" })],
  };
}

/** The errorMessage of a Lambda's payload; what cannot be told of it is the error that says why. */
function messageIn(payload: string): Value | Unproven | undefined {
  try {
    const body = parseJson(payload, "json");
    return body instanceof VelocityMap ? body.entries.get("errorMessage") : undefined;
  } catch (error) {
    if (error instanceof Unproven) return error;
    throw error;
  }
}

function ofStatus(backend: Backend, status: number): StepOutcome<MatchValue> {
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
