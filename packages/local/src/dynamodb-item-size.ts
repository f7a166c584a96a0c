/** An attribute value as DynamoDB's API has it: one member, named for its type. */
type AttributeValue = Readonly<Record<string, unknown>>;

/**
 * The bytes that count against DynamoDB's 400 KB: names and texts in UTF-8, a list or map 3 and 1 for each element.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: AttributeValue): number {
  const [type = "NULL", held] = Object.entries(value)[0] ?? [];
  switch (type) {
    case "S":
      return Buffer.byteLength(String(held));
    case "N":
      return numberBytes(String(held));
    case "B":
      return Buffer.byteLength(String(held), "base64");
    case "SS":
    case "NS":
    case "BS":
      return (held as readonly string[]).reduce((sum, each) => sum + valueBytes({ [type.charAt(0)]: each }), 0);
    case "L": {
      const items = held as readonly AttributeValue[];
      return items.reduce((sum, each) => sum + 1 + valueBytes(each), 3);
    }
    case "M": {
      const members = held as Readonly<Record<string, AttributeValue>>;
      return 3 + Object.keys(members).length + itemBytes(members);
    }
    default:
      // NULL and BOOL.
      return 1;
  }
}

/** One byte for two significant digits, without zeros at either end, and one more; a sign takes one too. */
function numberBytes(text: string): number {
  const [mantissa = ""] = text.toLowerCase().split("e");
  const digits = mantissa.replace(/[-+.]/g, "").replace(/^0+|0+$/g, "");
  return 1 + Math.ceil(digits.length / 2) + (text.startsWith("-") ? 1 : 0);
}
