import { wrongUsage } from "../terminal/failure.ts";

/** Reads `NAME=VALUE`s. A name twice is a slip, unless it says the same. */
export function readSettings(settings: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const setting of settings) {
    const at = setting.indexOf("=");
    const name = setting.slice(0, at).trim();
    const value = setting.slice(at + 1);
    if (at < 0 || name === "") throw wrongUsage(`--set ${setting} is not NAME=VALUE`);
    if (value === "") throw wrongUsage(`--set ${setting} has no value`);
    if ((values.get(name) ?? value) !== value) throw wrongUsage(`--set ${name} is given twice, with different values`);
    values.set(name, value);
  }
  return values;
}
