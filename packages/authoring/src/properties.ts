/** Absent, the payload passes as it is. */
export type ContentHandlingStrategy = "CONVERT_TO_BINARY" | "CONVERT_TO_TEXT";

/** What a program declares: CloudFormation's properties of `AWS::ApiGatewayV2::IntegrationResponse`, and our two. */
export interface IntegrationResponseProps {
  /** The id of the WebSocket API. */
  readonly ApiId: string;
  /** The id of the integration. */
  readonly IntegrationId: string;
  /** `$default`, or a regular expression between slashes: `/4\d\d/`. Unique within its integration. */
  readonly IntegrationResponseKey: string;
  readonly ContentHandlingStrategy?: ContentHandlingStrategy | undefined;
  /** Headers to set, as `method.response.header.NAME`; a static value stands in single quotes. */
  readonly ResponseParameters?: Readonly<Record<string, string>> | undefined;
  /** Mapping templates by selection key. */
  readonly ResponseTemplates?: Readonly<Record<string, string>> | undefined;
  /** Says which template applies. */
  readonly TemplateSelectionExpression?: string | undefined;
  /** Take over a live response that has the same key and that no document owns. Without it, that is an error. */
  readonly adopt?: boolean | undefined;
  /** Once the program no longer declares it. Absent: what it created is deleted, what it adopted is left alone. */
  readonly DeletionPolicy?: "Delete" | "Retain" | undefined;
}

/** A response as AWS has it. */
export interface IntegrationResponse {
  readonly ApiId: string;
  readonly IntegrationId: string;
  /** The id that AWS gave it. */
  readonly IntegrationResponseId: string;
  readonly IntegrationResponseKey: string;
  readonly ContentHandlingStrategy?: string;
  readonly ResponseParameters?: Readonly<Record<string, string>>;
  readonly ResponseTemplates?: Readonly<Record<string, string>>;
  readonly TemplateSelectionExpression?: string;
}
