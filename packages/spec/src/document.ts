import type { Range } from "./diagnostic.ts";

/** The properties that an `AWS::ApiGatewayV2::IntegrationResponse` lets us write, under CloudFormation's names. */
export interface WritableProperties {
  readonly ContentHandlingStrategy?: string;
  readonly ResponseParameters?: Readonly<Record<string, string>>;
  readonly ResponseTemplates?: Readonly<Record<string, string>>;
  readonly TemplateSelectionExpression?: string;
}

export type WritableProperty = keyof WritableProperties;

export const WRITABLE_PROPERTIES: readonly WritableProperty[] = [
  "ContentHandlingStrategy",
  "ResponseParameters",
  "ResponseTemplates",
  "TemplateSelectionExpression",
];

export type DeletionPolicy = "Delete" | "Retain";

/** One entry of a document: an integration response as it should be. */
export interface DesiredResource {
  readonly logicalId: string;
  readonly ApiId: string;
  readonly IntegrationId: string;
  readonly IntegrationResponseKey: string;
  /** Only what the document declares; what it leaves out is left alone. */
  readonly properties: WritableProperties;
  readonly adopt: boolean;
  /** Absent: what we created is deleted, what we adopted is forgotten. */
  readonly deletionPolicy?: DeletionPolicy;
  /** JSON Pointer to the resource in its document. */
  readonly pointer: string;
  /** JSON Pointer to its ApiId, which may stand at the top of the document. */
  readonly apiIdPointer?: string;
  /** Where its logical id stands. */
  readonly range: Range;
}

/** The stage that is deployed to once every change has succeeded. */
export interface Deploy {
  readonly stageName: string;
  /** Where its name stands. */
  readonly range?: Range;
}

/** A valid spec document. */
export interface SpecDocument {
  readonly deploy?: Deploy;
  readonly dryRun: boolean;
  /** How many deletions this revision may make beyond the default budget. */
  readonly allowDeletions?: number;
  /** What the sweep does about a live resource that no longer is as declared. */
  readonly onDrift: "report" | "repair";
  /** Whether to keep a route response on every route that leads to one of the integrations. */
  readonly twoWay?: boolean;
  /** What answers behind the integrations; checked against AWS before applying. */
  readonly backend?: "lambda" | "http" | "aws" | "mock";
  readonly resources: readonly DesiredResource[];
}

/** What came of reading a text: `document` is present exactly when no diagnostic is an error. */
export interface ParseResult {
  readonly document?: SpecDocument;
  /** In order of position, at most `MAX_DIAGNOSTICS`. */
  readonly diagnostics: readonly import("./diagnostic.ts").Diagnostic[];
  /** How many problems there are beyond those listed. */
  readonly omitted: number;
  /** What came of the document's expectations, where it has any; also where it has errors. */
  readonly expectations?: readonly import("./expectations/expectation.ts").ExpectationResult[];
}
