/** What marks an object as a special value on Pulumi's wire; secrets are the only ones here. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** A value without its marks: secrets are replaced by what they hide. */
export function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  if (SIGNATURE in value && "value" in value) return unwrap(value.value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unwrap(inner)]));
}
