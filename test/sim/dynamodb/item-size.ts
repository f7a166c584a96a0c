/**
 * A copy of a value as the DocumentClient would marshal it, frozen, and how many bytes of an item it takes. As the
 * DynamoDB developer guide counts: "Item sizes and formats". Throws an `Error` for `undefined`, as the DocumentClient does.
 */
export function measured<Value>(value: Value): { readonly copy: Value; readonly bytes: number } {
  let bytes = 0;
  const copied = (part: unknown): unknown => {
    switch (typeof part) {
      case "string":
        bytes += part.length < 1_000 ? part.length : Buffer.byteLength(part);
        return part;
      case "number":
        if (!Number.isFinite(part)) throw new Error(`Special numeric value ${part} is not allowed`);
        bytes += 1 + Math.ceil(String(part).length / 2);
        return part;
      case "boolean":
        bytes += 1;
        return part;
      case "object":
        break;
      default:
        throw new Error("Pass options.removeUndefinedValues=true to remove undefined values from map/array/set.");
    }
    if (part === null) {
      bytes += 1;
      return part;
    }
    bytes += 3;
    if (Array.isArray(part)) {
      bytes += part.length;
      return Object.freeze(part.map(copied));
    }
    const copy: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(part)) {
      bytes += name.length + 1;
      copy[name] = copied(inner);
    }
    return Object.freeze(copy);
  };
  return { copy: copied(value) as Value, bytes };
}
