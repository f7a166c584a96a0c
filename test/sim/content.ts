import type { IntegrationResponseName } from "@specdrop/engine";

/** What a document asks for one response. */
export interface DeclaredResponse extends IntegrationResponseName {
  readonly logicalId: string;
  readonly properties: Properties;
  readonly adopt: boolean;
  readonly retain: boolean;
  /** `DeletionPolicy: Delete`, unless it is to be retained. */
  readonly erase: boolean;
}

export interface Properties {
  readonly ResponseTemplates?: Readonly<Record<string, string>>;
  readonly ResponseParameters?: Readonly<Record<string, string>>;
  readonly TemplateSelectionExpression?: string;
  readonly ContentHandlingStrategy?: string;
}

export const PROPERTY_NAMES = [
  "ResponseTemplates",
  "ResponseParameters",
  "TemplateSelectionExpression",
  "ContentHandlingStrategy",
] as const;

/** A document as the workload means it, whatever its text makes of it. */
export interface Content {
  /** Its text has an error. */
  readonly broken: boolean;
  readonly dryRun: boolean;
  readonly repairs: boolean;
  readonly deploys: boolean;
  readonly twoWay?: boolean;
  readonly allowDeletions?: number;
  readonly responses: readonly DeclaredResponse[];
}

export const STAGE = "prod";

export const NO_CONTENT: Content = { broken: false, dryRun: false, repairs: false, deploys: false, responses: [] };

export function asObject(content: Content): Record<string, unknown> {
  const { broken, dryRun, repairs, deploys, twoWay, allowDeletions, responses } = content;
  const entries = responses.map(({ logicalId, properties, adopt, retain, erase, ...key }) => {
    const policy = retain ? { DeletionPolicy: "Retain" } : erase && { DeletionPolicy: "Delete" };
    return [logicalId, { ...key, ...properties, ...(adopt && { adopt }), ...policy }];
  });
  return {
    ...(dryRun && { DryRun: true }),
    ...(repairs && { OnDrift: "repair" }),
    ...(twoWay && { TwoWay: true }),
    ...(deploys && { Deploy: { StageName: STAGE } }),
    ...(allowDeletions !== undefined && { AllowDeletions: allowDeletions }),
    ...(broken && { IntegrationRespnses: {} }),
    IntegrationResponses: Object.fromEntries(entries),
  };
}

/** A larger text is rejected (docs/diagnostics/SD1005.md). */
const MAX_DOCUMENT_BYTES = 1_048_576;
/** So are the properties of a response that would not fit into the ledger. */
const MAX_RESOURCE_BYTES = 380_000;

/** Remembers what each text meant, so that whoever finds the text knows what was asked for. */
export interface Library {
  readonly textOf: (content: Content) => string;
  readonly meaningOf: (text: string) => Content | undefined;
}

export function createLibrary(): Library {
  const meanings = new Map<string, Content>();
  return {
    textOf(content) {
      // As intake writes a document that was sent as an event.
      const text = `${JSON.stringify(asObject(content), null, 2)}\n`;
      const isTooLarge =
        Buffer.byteLength(text) > MAX_DOCUMENT_BYTES ||
        content.responses.some(({ properties }) => Buffer.byteLength(JSON.stringify(properties)) > MAX_RESOURCE_BYTES);
      meanings.set(text, isTooLarge ? { ...content, broken: true } : content);
      return text;
    },
    meaningOf: (text) => meanings.get(text),
  };
}

/** Both mean "not set": an absent property and an empty one. */
export function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  if (value === undefined || value === "") return "";
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? "" : JSON.stringify(entries);
}

export function placeOf({
  ApiId,
  IntegrationId,
  IntegrationResponseKey,
}: IntegrationResponseName): IntegrationResponseName {
  return { ApiId, IntegrationId, IntegrationResponseKey };
}
