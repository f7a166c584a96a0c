interface Schema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly [keyword: string]: unknown;
}

const LIMITS = ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "format", "anyOf"];

/**
 * What of a frozen schema today's takes back. Of what is sent, consumers need all that was promised; of what is received,
 * nothing may be asked for that producers did not have to send.
 */
export function breaks(frozen: Schema, today: Schema, direction: "sent" | "received", at = ""): readonly string[] {
  const found: string[] = [];
  const [narrow, wide] = direction === "sent" ? [today, frozen] : [frozen, today];
  if (JSON.stringify(frozen.type) !== JSON.stringify(today.type)) found.push(`${at}: another type`);
  for (const keyword of ["additionalProperties", ...LIMITS]) {
    if (JSON.stringify(frozen[keyword]) !== JSON.stringify(today[keyword])) found.push(`${at}: another ${keyword}`);
  }
  const [few, many] = [narrow, wide].map((each) => each.enum ?? ("const" in each ? [each.const] : undefined));
  if (many !== undefined && !(few ?? [{}]).every((value) => many.includes(value))) found.push(`${at}: another choice`);
  for (const name of wide.required ?? []) {
    if (!(narrow.required ?? []).includes(name)) found.push(`${at}/${name}: required or not`);
  }
  for (const [name, property] of Object.entries(frozen.properties ?? {})) {
    const now = today.properties?.[name];
    found.push(...(now === undefined ? [`${at}/${name}: gone`] : breaks(property, now, direction, `${at}/${name}`)));
  }
  if (frozen.items !== undefined) found.push(...breaks(frozen.items, today.items ?? {}, direction, `${at}/items`));
  return found;
}
