import { type DesiredResource, WRITABLE_PROPERTIES } from "@specdrop/spec";
import { writeYaml, type YamlValue } from "../export/write-yaml.ts";
import { type CommentSource, type Comments, joined } from "./comments.ts";

type Entries = readonly (readonly [string, YamlValue])[];

/** The document that has a template's integration responses, with the comments that the template has beside them. */
export function documentText(resources: readonly DesiredResource[], comments: CommentSource, modeline: string): string {
  const ApiId = common(resources.map((each) => each.ApiId));
  const IntegrationId = common(resources.map((each) => each.IntegrationId));
  const top = { ...(ApiId && { ApiId }), ...(IntegrationId && { IntegrationId }) };
  const responses = resources.map((each) => [each.logicalId, new Map(entriesOf(each, top))] as const);
  const document = new Map<string, YamlValue>([...Object.entries(top), ["IntegrationResponses", new Map(responses)]]);
  const first = resources[0]?.logicalId ?? "";
  const text = writeYaml(document, (path) => commentsAt(comments, path, first));
  const header = comments.top === undefined ? "" : `${comments.top.replaceAll(/^(?=.)/gm, "#")}\n`;
  return modeline + header + text;
}

/** The value that all have, if they have one. */
function common(values: readonly string[]): string | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}

function entriesOf(resource: DesiredResource, top: Readonly<Record<string, string>>): Entries {
  const { ApiId, IntegrationId, IntegrationResponseKey, properties, adopt, deletionPolicy } = resource;
  const ids = Object.entries({ ApiId, IntegrationId }).filter(([name]) => top[name] === undefined);
  const declared = WRITABLE_PROPERTIES.flatMap((name): Entries => {
    const value = properties[name];
    if (value === undefined) return [];
    return [[name, typeof value === "string" ? value : new Map(Object.entries(value))]];
  });
  return [
    ...ids,
    ["IntegrationResponseKey", IntegrationResponseKey],
    ...declared,
    ...(adopt ? [["adopt", true] as const] : []),
    ...(deletionPolicy === undefined ? [] : [["DeletionPolicy", deletionPolicy] as const]),
  ];
}

/** The comments of the template that belong to an entry of the document. */
function commentsAt(comments: CommentSource, path: readonly string[], first: string): Comments {
  const [section = "", logicalId, ...rest] = path;
  if (section !== "IntegrationResponses") return comments.at(["Resources", first, "Properties", section]);
  if (logicalId === undefined) return comments.at(["Resources"]);
  const resource = ["Resources", logicalId];
  if (rest.length > 0)
    return comments.at([...resource, ...(rest[0] === "DeletionPolicy" ? [] : ["Properties"]), ...rest]);
  const above = [resource, [...resource, "Type"], [...resource, "Properties"]].map((each) => comments.at(each));
  const before = joined(above.flatMap((each) => [each.before, each.beside]));
  return before === undefined ? {} : { before };
}
