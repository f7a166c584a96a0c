/** How to make certain what is not known only because nobody gave it, in the words of who reads it. */
export interface Advice {
  /** For `specdrop preview`. */
  readonly option: string;
  /** For an expectation in a document. */
  readonly expectation: string;
}

const BACKEND: Advice = {
  option: "say what answers with --backend, or with Backend in the document",
  expectation: "say what answers with Backend in the document, or with backend under given",
};
const STAGE_VARIABLES: Advice = {
  option: `give all of them with --stage-variables '{"name":"…"}'`,
  expectation: "write all of them under given, as stageVariables: { name: … }",
};
const LAMBDA: Advice = {
  option: "leave out the error, or give --backend lambda",
  expectation: "leave out the error, or write backend: lambda under given",
};
const REQUEST: Advice = {
  option: `give it with --request '{"body":{"name":"…"}}'`,
  expectation: "write it under given, as request: { body: { name: … } }",
};

const ADVICE: readonly (readonly [RegExp, (name: string) => Advice])[] = [
  [/^The value of \$context\.([\w.]+) is not given\.$/, ofContext],
  [/^The stage variables are not given\.$/, () => STAGE_VARIABLES],
  [/^What the client sent is not given\.$/, () => REQUEST],
  [/^What answers is not given:/, () => BACKEND],
  [/^The reply has an error, which only a Lambda function has/, () => LAMBDA],
];

/** Advice on an unknown step, by the sentence that says what is not known. Absent where only AWS could tell. */
export function adviceOn(unknown: string): Advice | undefined {
  for (const [pattern, advice] of ADVICE) {
    const found = pattern.exec(unknown);
    if (found !== null) return advice(found[1] ?? "");
  }
  return undefined;
}

function ofContext(name: string): Advice {
  const names = name.split(".");
  const json = names.reduceRight<unknown>((value, key) => ({ [key]: value }), "…");
  const yaml = names.reduceRight((value, key) => `{ ${key}: ${value} }`, "…");
  return {
    option: `give it with --context '${JSON.stringify(json)}'`,
    expectation: `write it under given, as context: ${yaml}`,
  };
}
