export interface InputTransformer {
  readonly InputPathsMap: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

/**
 * What EventBridge makes of an event: a variable inside quotes is put in as it is, any other as JSON. Throws on what is
 * no variable of the map, or leads nowhere. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function transform({ InputPathsMap, InputTemplate }: InputTransformer, event: unknown): string {
  let inQuotes = false;
  return InputTemplate.replace(/\\.|"|<([^<>]*)>/g, (part, variable: string | undefined) => {
    if (part === '"') inQuotes = !inQuotes;
    if (variable === undefined) return part;
    const path = InputPathsMap[variable];
    if (path === undefined) throw new Error(`<${variable}> is no variable`);
    const value = at(event, path);
    return inQuotes ? String(value) : JSON.stringify(value);
  });
}

function at(event: unknown, path: string): unknown {
  const [root, ...names] = path.split(".");
  if (root !== "$") throw new Error(`${path} does not begin at the root`);
  const value = names.reduce<unknown>((place, name) => (place as Record<string, unknown> | undefined)?.[name], event);
  if (value === undefined) throw new Error(`${path} leads nowhere`);
  return value;
}
