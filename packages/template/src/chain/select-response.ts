import type { Backend, Reply, ResponseDefinition } from "./given.ts";
import { matchKey } from "./match-key.ts";
import { matchValueOf } from "./match-value.ts";
import type { Step, StepOutcome } from "./step.ts";

const DEFAULT_KEY = "$default";

/** Which of one integration's responses API Gateway takes for a reply. */
export function selectResponse<Definition extends ResponseDefinition>(
  responses: readonly Definition[],
  backend: Backend,
  reply: Reply,
): StepOutcome<Definition> {
  const { value: matched, steps } = matchValueOf(backend, reply);
  if (matched === undefined) return { steps };
  const { value } = matched;
  const tried = responses
    .filter(({ IntegrationResponseKey }) => IntegrationResponseKey !== DEFAULT_KEY)
    .map((response) => ({ response, match: matchKey(response.IntegrationResponseKey, value) }));
  const keys = tried.map(({ response, match }): Step => {
    const output = match.matches === undefined ? "not known" : match.matches ? "matches" : "does not match";
    const { rule, grade, source } = match;
    return { step: "key", rule, input: response.IntegrationResponseKey, output, grade, source };
  });
  const way = [...steps, ...keys];
  const matching = tried.filter(({ match }) => match.matches === true).map(({ response }) => response);
  if (tried.some(({ match }) => match.matches === undefined)) {
    return { steps: [...way, unknown("One key is not certain, so the choice is not.", value)] };
  }
  const fallback = responses.find(({ IntegrationResponseKey }) => IntegrationResponseKey === DEFAULT_KEY);
  const [only, second] = matching;
  if (second !== undefined) {
    return { steps: [...way, unknown("Several keys match, and AWS does not document which one wins.", value)] };
  }
  if (only !== undefined) return { value: only, steps: [...way, chosen(only, "Exactly one key matches.", value)] };
  if (fallback !== undefined) {
    return { value: fallback, steps: [...way, chosen(fallback, "No key matches: $default takes the rest.", value)] };
  }
  const rule = "No key matches and there is no $default: AWS sends an error frame of its own, whose text is not known.";
  return { steps: [...way, unknown(rule, value)] };
}

function chosen({ logicalId }: ResponseDefinition, rule: string, value: string | undefined): Step {
  return {
    step: "response",
    rule,
    input: value ?? "no value",
    output: logicalId,
    grade: "documented",
    source: "DG integration-responses",
  };
}

function unknown(rule: string, value: string | undefined): Step {
  return { step: "response", rule, input: value ?? "no value", output: "not known", grade: "unknown", source: "none" };
}
