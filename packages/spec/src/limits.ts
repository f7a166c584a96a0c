/** What a document may at most hold. Lengths are in characters, as AWS counts them, unless they say otherwise. */
export const SPEC_LIMITS = {
  /** UTF-8 bytes of a document. */
  bytes: 1_048_576,
  /** Maps and lists inside one another. */
  depth: 32,
  /** Integration responses in a document. */
  resources: 2_000,
  /** YAML aliases in a document. */
  aliases: 16,
  /** YAML lexemes in a document; 2,000 complete resources with comments come to about 210,000. */
  tokens: 220_000,
  /** Entries of any other map or list; no property of AWS needs a tenth of it. */
  entries: 2_000,
  /** A logical id, as CloudFormation has it. */
  logicalId: 255,
  /** An id of AWS, which has about ten: an API's is an SQS message group too, which may have no more. */
  id: 128,
  /** The name of a stage: "Maximum length is 128 characters" (API reference, Stage). */
  stage: 128,
  /** UTF-8 bytes of all ApiIds of a document: the ledger's record of it holds each up to four times, in 400 KB. */
  apiIds: 60_000,
  /** A response template: StringWithLengthBetween0And32K in the API's model. */
  template: 32_768,
  /** A value of ResponseParameters: StringWithLengthBetween1And512 in the API's model. */
  parameterValue: 512,
  /** One resource as JSON: Cloud Control's DesiredState. */
  model: 262_144,
  /** UTF-8 bytes of the same, and of its key once more: with what else the ledger notes of it, DynamoDB takes 400 KB. */
  modelBytes: 380_000,
} as const;
