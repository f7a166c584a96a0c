/** Whether two names are one slip apart: a letter more, less, other or swapped, or other upper and lower case. */
export function isOneSlip(written: string, known: string): boolean {
  if (written === known) return false;
  if (written.toLowerCase() === known.toLowerCase()) return true;
  if (Math.abs(written.length - known.length) > 1) return false;
  let start = 0;
  while (start < written.length && written[start] === known[start]) start += 1;
  const [left, right] = [written.slice(start), known.slice(start)];
  const isSwapped = left[0] === right[1] && left[1] === right[0] && left.slice(2) === right.slice(2);
  return (
    left.slice(1) === right ||
    left === right.slice(1) ||
    left.slice(1) === right.slice(1) ||
    (left.length > 1 && isSwapped)
  );
}

/** The known name that was probably meant. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  return known.find((name) => isOneSlip(written, name)) ?? known.find((name) => isSimilar(written, name));
}

/** The same beginning for most of the name: `toJson` and `parseJson` share too little, `escapeJs` and `escapeJavaScript` enough. */
function isSimilar(written: string, known: string): boolean {
  const a = written.toLowerCase();
  const b = known.toLowerCase();
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  return same >= 6 || (a.length >= 4 && b.includes(a)) || (a.endsWith("json") && b.endsWith("json"));
}
