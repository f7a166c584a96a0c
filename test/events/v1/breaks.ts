interface Schema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly [keyword: string]: unknown;
}

/** Patterns that are written otherwise and match the same; a test compares them. */
export const SAME_PATTERNS: ReadonlyMap<unknown, unknown> = new Map([
  [
    "^(?!\\.\\.?(?:/|$))[A-Za-z0-9!_.*'()-]+(?:/(?!\\.\\.?(?:/|$))[A-Za-z0-9!_.*'()-]+)*$",
    "^(?:\\.{0,2}[A-Za-z0-9!_*'()-][A-Za-z0-9!_.*'()-]*|\\.{3}[A-Za-z0-9!_.*'()-]*)(?:/(?:\\.{0,2}[A-Za-z0-9!_*'()-][A-Za-z0-9!_.*'()-]*|\\.{3}[A-Za-z0-9!_.*'()-]*))*$",
  ],
]);

const LIMITS = ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "format", "anyOf"];

/**
 * What of a frozen schema today's takes back. Of what is sent, consumers need all that was promised; of what is received,
 * nothing may be asked for that producers did not have to send.
 */
export function breaks(
  frozen: Schema,
  today: Schema,
  direction: "sent" | "received",
  at = "",
  definitions = today.definitions ?? {},
): readonly string[] {
  if (today.$ref !== undefined) {
    const referred = definitions[today.$ref.replace("#/definitions/", "")];
    if (referred === undefined) return [`${at}: refers to nothing`];
    return breaks(frozen, referred, direction, at, definitions);
  }
  const found: string[] = [];
  const [narrow, wide] = direction === "sent" ? [today, frozen] : [frozen, today];
  if (JSON.stringify(frozen.type) !== JSON.stringify(today.type)) found.push(`${at}: another type`);
  for (const keyword of ["additionalProperties", ...LIMITS]) {
    // What is narrower is no news to who takes more.
    if (wide[keyword] === undefined && narrow[keyword] !== undefined) continue;
    const isSame = JSON.stringify(frozen[keyword]) === JSON.stringify(today[keyword]);
    if (!isSame && SAME_PATTERNS.get(frozen[keyword]) !== today[keyword]) found.push(`${at}: another ${keyword}`);
  }
  const [few, many] = [narrow, wide].map((each) => each.enum ?? ("const" in each ? [each.const] : undefined));
  if (many !== undefined && !(few ?? [{}]).every((value) => many.includes(value))) found.push(`${at}: another choice`);
  for (const name of wide.required ?? []) {
    if (!(narrow.required ?? []).includes(name)) found.push(`${at}/${name}: required or not`);
  }
  for (const [name, property] of Object.entries(frozen.properties ?? {})) {
    const now = today.properties?.[name];
    const inside = `${at}/${name}`;
    found.push(...(now === undefined ? [`${inside}: gone`] : breaks(property, now, direction, inside, definitions)));
  }
  const { items } = frozen;
  if (items !== undefined) found.push(...breaks(items, today.items ?? {}, direction, `${at}/items`, definitions));
  return found;
}
