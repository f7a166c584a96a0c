/** Java's Double.toString: plain from 10⁻³ up to 10⁷, otherwise with an exponent, always with a fraction. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const plain = String(value);
    return plain.includes(".") ? plain : `${plain}.0`;
  }
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

const MAX_DIGITS = 4_000;

/** Whether an integer is too long to go on computing with. */
export function isTooLong(value: bigint): boolean {
  return value > 10n ** BigInt(MAX_DIGITS) || value < -(10n ** BigInt(MAX_DIGITS));
}
