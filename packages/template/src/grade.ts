/**
 * How a rule is known. `documented`: AWS says so, or Apache where AWS names Velocity. `observed`: seen on AWS and published
 * by a third party. `inferred`: follows from the two. `unknown`: nobody knows for certain.
 */
export type Grade = "documented" | "observed" | "inferred" | "unknown";

const ORDER: readonly Grade[] = ["documented", "observed", "inferred", "unknown"];

/** The worst of the grades; `documented` without any. */
export function worstGrade(...grades: readonly Grade[]): Grade {
  return ORDER[Math.max(0, ...grades.map((grade) => ORDER.indexOf(grade)))] ?? "unknown";
}
