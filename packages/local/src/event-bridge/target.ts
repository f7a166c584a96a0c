/** What a target gets in the place of the event: text with `<variables>`, and where in the event their values are. */
export interface InputTransformer {
  readonly InputPathsMap?: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

/** Where a rule sends what it matches. */
export interface Target {
  readonly Id: string;
  readonly Arn: string;
  /** For which role it is put on another bus. */
  readonly RoleArn?: string;
  /** Constant JSON that is delivered instead of the event. */
  readonly Input?: string;
  /** Where in the event the part is that is delivered instead. */
  readonly InputPath?: string;
  readonly InputTransformer?: InputTransformer;
  readonly SqsParameters?: { readonly MessageGroupId: string };
  readonly DeadLetterConfig?: { readonly Arn?: string };
}
