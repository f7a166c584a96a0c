import type { CallError, CallSite } from "@specdrop/authoring/channel";
import { formatNaturalKey } from "@specdrop/engine";
import { type DesiredResource, DIAGNOSTICS, type Diagnostic, parse, type SpecDocument } from "@specdrop/spec";
import { inAProgram } from "./told-errors.ts";

/** One call of a program, as it came. `props` is JSON. */
export interface DeclarationCall {
  readonly id: string;
  readonly props: string;
  readonly site?: CallSite | undefined;
}

/** A call whose properties are fine. */
export interface DeclaredCalls extends DeclarationCall {
  readonly resource: DesiredResource;
}

/** Everything that a program has declared so far; together it is a document. */
export interface Declarations {
  /** Takes a call up, with the warnings on it; or says why not. */
  add(
    call: DeclarationCall,
  ): { readonly declared: DeclaredCalls; readonly warnings: readonly Diagnostic[] } | CallError;
  /** Makes room for another try: the call came to nothing. */
  drop(id: string): void;
  text(): string;
  /** The whole, and what is to be said of it that no single call shows; `document` is absent where that is an error. */
  whole(): { readonly document?: SpecDocument; readonly diagnostics: readonly Diagnostic[] };
  /** Where the resource was declared that a diagnostic points to. */
  siteOf(diagnostic: Diagnostic<string>): CallSite | undefined;
}

/** One resource alone cannot tell it. */
const isAboutTheWhole = ({ code }: Diagnostic) => DIAGNOSTICS[code].about === "document";

export function declarations(documentId: string, allowDeletions: number | undefined): Declarations {
  const declared = new Map<string, DeclaredCalls>();
  const settings = allowDeletions === undefined ? "" : `"AllowDeletions":${allowDeletions},`;
  const documentOf = (calls: Iterable<DeclarationCall>) =>
    `{${settings}"IntegrationResponses":{${[...calls].map(({ id, props }) => `${JSON.stringify(id)}:${props}`).join(",")}}}`;

  return {
    add(call) {
      const { document, diagnostics } = parse(documentOf([call]), documentId);
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      const [resource] = document?.resources ?? [];
      if (resource === undefined) return invalid(call, errors);
      const other = declared.get(call.id);
      if (other !== undefined) return sameId(call.id, other);
      const same = [...declared.values()].find((one) => formatNaturalKey(one.resource) === formatNaturalKey(resource));
      if (same !== undefined) return sameResponse(resource, same);

      const taken = { ...call, resource };
      declared.set(call.id, taken);
      return { declared: taken, warnings: diagnostics.filter((each) => !isAboutTheWhole(each)) };
    },
    drop: (id) => void declared.delete(id),
    text: () => documentOf(declared.values()),
    whole() {
      const { document, diagnostics } = parse(documentOf(declared.values()), documentId);
      const news = diagnostics.filter((each) => each.severity === "error" || isAboutTheWhole(each));
      return document === undefined ? { diagnostics: news } : { document, diagnostics: news };
    },
    siteOf({ pointer }) {
      const id = pointer.split("/")[2]?.replaceAll("~1", "/").replaceAll("~0", "~");
      return id === undefined ? undefined : declared.get(id)?.site;
    },
  };
}

function invalid({ id }: DeclarationCall, errors: readonly Diagnostic[]): CallError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return {
    kind: "invalid",
    code: first?.code ?? "SD2003",
    message: `${id}: ${first?.message ?? "not a response"}${more}`,
    help: inAProgram(first?.help ?? instead(first)),
    retryable: false,
    diagnostics: errors,
  };
}

function instead(diagnostic: Diagnostic | undefined): string {
  const { suggestion } = diagnostic ?? {};
  return suggestion === undefined ? "Correct the properties of the call." : `Write ${suggestion} instead.`;
}

function sameId(id: string, other: DeclaredCalls): CallError {
  return {
    kind: "duplicate",
    code: "SD7003",
    message: `${id} is declared already${at(other.site)}.`,
    help: "Give each response of a program an id of its own.",
    retryable: false,
  };
}

function sameResponse(resource: DesiredResource, other: DeclaredCalls): CallError {
  return {
    kind: "duplicate",
    code: "SD1013",
    message: `${resource.logicalId} is the same response as ${other.id}${at(other.site)}: ${formatNaturalKey(resource)}`,
    help: "A key is unique within its integration: change one of the two keys, or remove one of the two calls.",
    retryable: false,
  };
}

function at(site: CallSite | undefined): string {
  return site === undefined ? "" : ` on line ${site.line}`;
}
