/** An expression with `#attribute` for every attribute name, and the values of its `:name`s. */
export interface DynamoExpression {
  readonly text: string;
  /** Attributes that are not named as their placeholder is. */
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** For what the last write wins. */
export const ALWAYS: DynamoExpression = { text: "attribute_exists(#pk) OR attribute_not_exists(#pk)" };
