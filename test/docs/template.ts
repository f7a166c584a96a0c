import { parse, type ScalarTag } from "yaml";

const TAGS = ["Ref", "GetAtt", "Sub"] as const;
const customTags = TAGS.map(
  (name): ScalarTag => ({ tag: `!${name}`, resolve: (text) => ({ [name === "Ref" ? name : `Fn::${name}`]: text }) }),
);

export interface TemplateResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the properties are as many shapes as AWS has resources.
  readonly Properties?: any;
}

/** A CloudFormation template in YAML, its short functions written out. */
export function parseTemplate(text: string): { readonly Resources: Readonly<Record<string, TemplateResource>> } {
  return parse(text, { customTags, strict: true, uniqueKeys: true });
}

/** The patterns of a template's rules, those of SAM's functions too. */
export function patternsIn(text: string): readonly unknown[] {
  return Object.values(parseTemplate(text).Resources).flatMap(({ Type, Properties }) => {
    if (Type === "AWS::Events::Rule") return [Properties.EventPattern];
    if (Type !== "AWS::Serverless::Function") return [];
    return Object.values<TemplateResource>(Properties.Events).map((event) => event.Properties.Pattern);
  });
}
