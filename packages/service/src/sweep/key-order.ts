/** Whether S3 lists a key after `after` and not after `last`; there is no end where one is absent. */
export function isBetween(key: string, after: string | undefined, last: string | undefined): boolean {
  return (after === undefined || compareKeys(key, after) > 0) && (last === undefined || compareKeys(key, last) <= 0);
}

/** As S3 does: by UTF-8 bytes. That is the order of code points, and of UTF-16 but for surrogates. */
export function compareKeys(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const difference = rankOf(left.charCodeAt(index)) - rankOf(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Halves of what is beyond the basic plane come after all that is in it. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
