import type { ResultEvent } from "@specdrop/events";
import { milestonesOf } from "@specdrop/ledger/milestones";
import type { DynamoExpression } from "../expression.ts";

/** What a SET goes on with, to keep what a result leaves behind; nothing where it leaves nothing. */
export function setMilestones(event: ResultEvent): Required<Pick<DynamoExpression, "text" | "values">> {
  const milestones = Object.entries(milestonesOf(event));
  return {
    text: milestones.map(([name]) => `, #${name} = :${name}`).join(""),
    values: Object.fromEntries(milestones.map(([name, milestone]) => [`:${name}`, milestone])),
  };
}
