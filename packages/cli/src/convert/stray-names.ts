import { didYouMean, type EvaluatedTemplate } from "@specdrop/spec";
import { wrongUsage } from "../terminal/failure.ts";

const MAX_LISTED = 8;

/** Wrong usage where one of `names` is neither declared by a template nor what its integration responses refer to. */
export function refuseStrayNames(names: readonly string[], template: NonNullable<EvaluatedTemplate["template"]>): void {
  const { parameters, resources, referred } = template;
  const strays = names.filter((name) => {
    const [target = ""] = name.split(".");
    return !referred.has(name) && !parameters.has(target) && !resources.has(target) && !name.startsWith("AWS::");
  });
  if (strays.length === 0) return;
  throw wrongUsage(
    strays.map((name) => `--set ${name}: nothing refers to ${name}${hint(name, [...referred])}`).join("\n"),
  );
}

function hint(name: string, referred: readonly string[]): string {
  const near = didYouMean(name, referred);
  if (near !== undefined) return `; did you mean ${near}?`;
  if (referred.length === 0) return "; the integration responses have no functions to evaluate";
  return `; the integration responses refer to ${referred.toSorted().slice(0, MAX_LISTED).join(", ")}${referred.length > MAX_LISTED ? ", …" : ""}`;
}
