import { evaluate, ID_ATTRIBUTES, type Intrinsic, isIntrinsic, type TemplateScope } from "./evaluate.ts";
import type { MapEntry, MapNode } from "./node.ts";

/** What is known of a deployed template, to evaluate its functions with. */
export interface KnownValues {
  /** By parameter, logical id, `LogicalId.Attribute`, pseudo parameter or name of an export. */
  readonly values: ReadonlyMap<string, string>;
  /** The outputs of its stack, by key: each tells the value of what it is made of. */
  readonly outputs: ReadonlyMap<string, string>;
}

const MARK = "\u0000";

/** What a template declares, and what its functions yield where something is known of it. */
export function scopeOf(root: MapNode, known: KnownValues | undefined): TemplateScope {
  const parameters = new Set(entriesIn(root, "Parameters").map(({ key }) => key));
  const resources = new Map(entriesIn(root, "Resources").map(({ key, value }) => [key, typeOf(value)] as const));
  const aliases = aliasesOf(parameters, resources);
  const mappings = entryOf(root, "Mappings")?.value;
  const scope = { parameters, resources, mappings, aliases, referred: new Set<string>() };
  return known === undefined ? scope : { ...scope, values: valuesOf(scope, root, known) };
}

export function entryOf(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

function entriesIn(root: MapNode, section: string): readonly MapEntry[] {
  const value = entryOf(root, section)?.value;
  return value?.kind === "map" ? value.entries : [];
}

function typeOf(resource: MapEntry["value"]): string {
  const type = resource.kind === "map" ? entryOf(resource, "Type")?.value : undefined;
  return type?.kind === "scalar" ? String(type.value) : "resource";
}

/** An output that is one reference and nothing else tells what it refers to; what was given by name goes before it. */
function valuesOf(scope: TemplateScope, root: MapNode, { values, outputs }: KnownValues): ReadonlyMap<string, string> {
  const told = new Map(outputs);
  for (const { key, value: output } of entriesIn(root, "Outputs")) {
    const text = outputs.get(key);
    const value = output.kind === "map" ? entryOf(output, "Value")?.value : undefined;
    if (text === undefined || value === undefined || !isIntrinsic(value)) continue;
    const name = onlyReference(scope, value);
    if (name !== undefined) told.set(name, text);
  }
  return new Map([...told, ...values]);
}

/** The name that an expression is nothing but a reference to, as `!Ref Api` and `!Sub "${Api}"` are to `Api`. */
function onlyReference(scope: TemplateScope, value: Intrinsic): string | undefined {
  const evaluated = evaluate({ ...scope, referred: new Set() }, value);
  const [name, ...more] = "missing" in evaluated ? evaluated.missing : [];
  if (name === undefined || more.length > 0) return undefined;
  const values = new Map([[name, MARK]]);
  const whole = evaluate({ ...scope, referred: new Set(), values }, value);
  return "text" in whole && whole.text === MARK ? name : undefined;
}

/** `ApiId` means the only API of a template, unless the template has another meaning for that name. */
function aliasesOf(
  parameters: ReadonlySet<string>,
  resources: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const [type, alias] of ID_ATTRIBUTES) {
    const [only, ...more] = [...resources].filter((resource) => resource[1] === type);
    if (only === undefined || more.length > 0 || parameters.has(alias) || resources.has(alias)) continue;
    aliases.set(only[0], alias);
  }
  return aliases;
}
