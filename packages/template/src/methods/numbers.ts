import { printed } from "../evaluate/run.ts";
import { javaEquals } from "../values/equality.ts";
import { classNameOf } from "../values/value.ts";
import type { Method, MethodTable } from "./table.ts";
import { raises } from "./table.ts";

type NumberScalar = bigint | number | boolean;

const plain =
  (apply: Method<NumberScalar>): Method<NumberScalar> =>
  (self, args, run) =>
    args.length === 0 ? apply(self, args, run) : undefined;

const compareTo: Method<NumberScalar> = (self, [other, ...rest]) => {
  if (rest.length > 0 || other === undefined || other === null) return undefined;
  if (classNameOf(other) !== classNameOf(self)) return undefined;
  const right = other as NumberScalar;
  return self < right ? -1n : self > right ? 1n : 0n;
};

/** A number as another type of Java's; a boolean has none. */
const converted = (apply: (self: bigint | number) => bigint | number): Method<NumberScalar> =>
  plain((self) => (typeof self === "boolean" ? undefined : apply(self)));

function whole(bits: number): (self: bigint | number) => bigint {
  return (self) => {
    if (typeof self === "bigint") return BigInt.asIntN(bits, self);
    if (Number.isNaN(self)) return 0n;
    const limit = 2n ** BigInt(bits - 1);
    const cut = Number.isFinite(self) ? BigInt(Math.trunc(self)) : self > 0 ? limit : -limit;
    return cut >= limit ? limit - 1n : cut < -limit ? -limit : cut;
  };
}

/** A static method, reached through a value of its class. */
function parsing(
  className: string,
  name: string,
  parse: (text: string) => NumberScalar | undefined,
): Method<NumberScalar> {
  return (self, [text, ...rest]) => {
    if (classNameOf(self) !== className || typeof text !== "string" || rest.length > 0) return undefined;
    return parse(text) ?? raises(name, "the text is no number");
  };
}

const integer = (text: string) => (/^[+-]?[0-9]{1,19}$/.test(text) ? BigInt(text.replace("+", "")) : undefined);
const fits = (bits: number) => (text: string) => {
  const value = integer(text);
  return value === undefined || BigInt.asIntN(bits, value) !== value ? undefined : value;
};
const decimal = (text: string) =>
  /^[ \t]*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[ \t]*$/.test(text) ? Number(text) : undefined;

export const NUMBER: MethodTable<NumberScalar> = {
  known: {
    toString: plain((self, _args, run) => printed(run, self)),
    equals: (self, args) => (args.length === 1 ? javaEquals(self, args[0] ?? null, () => undefined) : undefined),
    compareTo,
    intValue: converted(whole(32)),
    longValue: converted(whole(64)),
    doubleValue: converted(Number),
    parseInt: parsing("java.lang.Integer", "parseInt", fits(32)),
    parseLong: parsing("java.lang.Long", "parseLong", fits(64)),
    parseBoolean: parsing("java.lang.Boolean", "parseBoolean", (text) => text.toLowerCase() === "true"),
    parseDouble: parsing("java.lang.Double", "parseDouble", decimal),
  },
  unseen: new Set(
    (
      "byteValue shortValue floatValue booleanValue valueOf decode max min sum signum compare bitCount reverse toHexString " +
      "toBinaryString toOctalString isNaN isInfinite logicalAnd logicalOr logicalXor abs add subtract multiply divide mod pow"
    ).split(" "),
  ),
};
