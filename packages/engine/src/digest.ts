import { WRITABLE_PROPERTIES, type WritableProperties } from "@specdrop/spec";
import type { AppliedProperties } from "./model.ts";
import { sha256Hex } from "./sha256.ts";

/** JSON with the keys of every object in order, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** What the ledger keeps of the properties a document declares. */
export function digestProperties(properties: WritableProperties): AppliedProperties {
  const declared = WRITABLE_PROPERTIES.filter((name) => properties[name] !== undefined);
  return Object.fromEntries(declared.map((name) => [name, sha256Hex(canonicalJson(properties[name]))]));
}

/**
 * A Cloud Control ClientToken (1 to 128 of `[-A-Za-z0-9+/=]`): the same for the same parts, so that a run that died and
 * starts over asks for what it asked before instead of asking twice.
 */
export function clientToken(...parts: readonly unknown[]): string {
  return sha256Hex(canonicalJson(parts));
}
