import { isObject } from "./find-problems.ts";
import { specSubmittedSchema, specWithdrawnSchema } from "./schema.ts";

const MOST = 5;

/** What looks like a name; anything else may be part of a value, and is not repeated. */
const NAME = /^[A-Za-z_$][\w.$-]{0,39}$/;

/**
 * The properties of a submission's `detail` that its contract does not know: the first five, in order. One that is not
 * written like a name is `""`.
 */
export function unknownProperties(detailType: string, detail: unknown): readonly string[] {
  if (!isObject(detail)) return [];
  const known = knownProperties(detailType);
  const unknown = Object.keys(detail).filter((name) => !known.includes(name));
  return unknown.slice(0, MOST).map((name) => (NAME.test(name) ? name : ""));
}

/** What the contract of a submission knows, in order. */
export function knownProperties(detailType: string): readonly string[] {
  return Object.keys((detailType === "SpecWithdrawn" ? specWithdrawnSchema : specSubmittedSchema).properties);
}
