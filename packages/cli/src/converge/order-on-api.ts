import type { NaturalKey } from "@specdrop/engine";
import { formatNaturalKey } from "@specdrop/engine";

/** A document's part on one API. */
interface ApiShare {
  readonly documentId: string;
  /** What it declares there; nothing where it is withdrawn. */
  readonly declared: readonly NaturalKey[];
}

/**
 * The order in which documents converge on one API: who lets go of a response comes before who declares it, so that it is
 * handed over in one pass. Otherwise the order stays, also where documents swap responses.
 */
export function orderOnApi<P extends ApiShare>(
  parts: readonly P[],
  owned: readonly (NaturalKey & { readonly documentId: string })[],
): readonly P[] {
  const keysOf = new Map(
    parts.map(({ documentId, declared }) => [documentId, new Set(declared.map(formatNaturalKey))]),
  );
  const dropped = new Map<string, string>();
  for (const resource of owned) {
    const key = formatNaturalKey(resource);
    const declared = keysOf.get(resource.documentId);
    if (declared !== undefined && !declared.has(key)) dropped.set(key, resource.documentId);
  }
  const isBefore = (part: P): ReadonlySet<string> => {
    const givers = [...(keysOf.get(part.documentId) ?? [])].flatMap((key) => dropped.get(key) ?? []);
    return new Set(givers);
  };
  const givers = new Map(parts.map((part) => [part.documentId, isBefore(part)]));
  const byId = new Map(parts.map((part) => [part.documentId, part]));
  const ordered = new Set<P>();
  const visited = new Set<string>();
  const visit = (part: P): void => {
    if (visited.has(part.documentId)) return;
    visited.add(part.documentId);
    for (const giver of givers.get(part.documentId) ?? []) {
      const before = byId.get(giver);
      if (before !== undefined) visit(before);
    }
    ordered.add(part);
  };
  for (const part of parts) visit(part);
  return [...ordered];
}
