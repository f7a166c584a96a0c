import type { DeletionPolicy, SpecDocument } from "./document.ts";
import type { TemplateScope } from "./evaluate.ts";
import type { ExpectationDraft } from "./expectations/read.ts";
import type { Span } from "./node.ts";
import type { RESPONSE_PROPERTIES } from "./properties.ts";
import type { Values } from "./shape.ts";
import type { Text } from "./values.ts";

/** A resource whose parts have the right shape, as far as they are there. */
export interface Draft extends Values<typeof RESPONSE_PROPERTIES> {
  readonly logicalId: string;
  /** Where the logical id stands. */
  readonly name: Span;
  readonly pointer: string;
  readonly adopt: boolean;
  readonly deletionPolicy?: DeletionPolicy;
}

export interface Settings extends Omit<SpecDocument, "resources" | "deploy" | "expectations"> {
  readonly stage?: Text;
}

/** What a document or template says, before its meaning is checked. */
export interface Drafted {
  readonly settings: Settings;
  readonly drafts: readonly Draft[];
  readonly expectations?: readonly ExpectationDraft[];
  /** The ids at the top of the document. */
  readonly defaults?: { readonly ApiId?: string; readonly IntegrationId?: string };
  /** Present where it is a template. */
  readonly template?: TemplateScope;
}

export function deletionPolicyOf(choice: Text | undefined): { deletionPolicy?: DeletionPolicy } {
  if (choice === undefined) return {};
  return { deletionPolicy: choice.text === "Delete" ? "Delete" : "Retain" };
}

/** Whether a document has anything to judge: a template that holds more than text, or an expectation. */
export function needsJudging({ drafts, expectations = [] }: Drafted): boolean {
  return (
    expectations.length > 0 ||
    drafts.some(({ ResponseTemplates = [] }) =>
      ResponseTemplates.some(({ value }) => value !== undefined && /[$#]/.test(value.text)),
    )
  );
}
