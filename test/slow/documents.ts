/** Whole numbers from 0 on, the same for the same seed (mulberry32). */
export function dice(seed: number): (sides: number) => number {
  let state = seed | 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * sides);
  };
}

export const API_IDS = ["apiaaaaaaa", "apibbbbbbb"];
export const KEYS = ["one.yaml", "two.json", "with space+plus.yaml", "deep/er/four.yml"];

/** What a bucket holds, by key: texts of documents. */
export type Bucket = Readonly<Record<string, string>>;

/**
 * A document whose responses no other document ever asks for: `number` is in every response key. It is JSON, which is
 * YAML too; one in twelve has an error.
 */
export function randomDocument(roll: (sides: number) => number, number: number, text: string): string {
  const names = Array.from({ length: 1 + roll(8) }, (_, index) => `/${number}${roll(2) === 0 ? index : 9 - index}/`);
  const responses = [...new Set(names)].map((IntegrationResponseKey, index) => [
    `r${index}`,
    {
      ApiId: API_IDS[roll(API_IDS.length)],
      IntegrationId: "abc1234",
      IntegrationResponseKey,
      ...(roll(3) === 0 ? {} : { ResponseTemplates: { $default: `${text} ${index}` } }),
      ...(roll(3) === 0 ? { TemplateSelectionExpression: "\\$default" } : {}),
    },
  ]);
  const document = { AllowDeletions: 100, IntegrationResponses: Object.fromEntries(responses) };
  return JSON.stringify(roll(12) === 0 ? { ...document, Nonsense: true } : document);
}

export function isRight(document: string): boolean {
  return !document.includes("Nonsense");
}
