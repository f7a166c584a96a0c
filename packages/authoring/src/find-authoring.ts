import module from "node:module";

/** What programs may call this package. */
const NAMES = ["specdrop/authoring", "@specdrop/authoring"];

/** Wherever a program stands, and whatever it has installed, both names mean this very package. */
export function findAuthoring(): void {
  const url = import.meta.resolve("#authoring");
  // Node 22.13 and 22.14 have hooks in a thread of their own only.
  if (typeof module.registerHooks !== "function") {
    const source = `export const resolve = (specifier, context, next) => ${JSON.stringify(NAMES)}.includes(specifier)
      ? { url: ${JSON.stringify(url)}, shortCircuit: true } : next(specifier, context);`;
    module.register(`data:text/javascript,${encodeURIComponent(source)}`);
    return;
  }
  module.registerHooks({
    resolve: (specifier, context, next) =>
      NAMES.includes(specifier) ? { url, shortCircuit: true } : next(specifier, context),
  });
}
