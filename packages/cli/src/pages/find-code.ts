import { DIAGNOSTICS, type DiagnosticCode, isDiagnosticCode } from "@specdrop/spec";

const MOST = 5;

/** The code that a person means: `sd2001` and `2001` are SD2001. `undefined` where there is none. */
export function findCode(asked: string): DiagnosticCode | undefined {
  const code = spelt(asked);
  return isDiagnosticCode(code) ? code : undefined;
}

/**
 * Codes that may be meant by one that does not exist: first those that differ in one digit or two neighbours, else
 * those with the asked words in their titles, else the nearest in number.
 */
export function nearCodes(asked: string): readonly DiagnosticCode[] {
  const codes = Object.keys(DIAGNOSTICS).filter(isDiagnosticCode);
  const code = spelt(asked);
  const similar = codes.filter((each) => isOneSlipFrom(code, each));
  if (similar.length > 0) return similar.slice(0, MOST);
  const words = asked.trim().toLowerCase();
  if (!/\d/.test(words))
    return codes.filter((each) => DIAGNOSTICS[each].title.toLowerCase().includes(words)).slice(0, MOST);
  const number = Number(/\d+/.exec(code)?.[0]);
  const distance = (each: string) => Math.abs(Number(each.slice("SD".length)) - number);
  return codes.toSorted((a, b) => distance(a) - distance(b)).slice(0, 3);
}

function spelt(asked: string): string {
  const code = asked.trim().toUpperCase();
  return /^\d/.test(code) ? `SD${code}` : code;
}

/** Whether one character was left out, added or replaced, or two neighbours swapped. */
function isOneSlipFrom(written: string, meant: string): boolean {
  let at = 0;
  while (at < meant.length && written[at] === meant[at]) at++;
  const rest = (text: string, skipped: number) => text.slice(at + skipped);
  const isSwapped = written[at] === meant[at + 1] && written[at + 1] === meant[at];
  return (
    rest(written, 1) === rest(meant, 1) ||
    rest(written, 0) === rest(meant, 1) ||
    rest(written, 1) === rest(meant, 0) ||
    (isSwapped && rest(written, 2) === rest(meant, 2))
  );
}
