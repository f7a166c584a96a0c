import { type LiveIntegrationResponse, leadsTo, type RouteDescription } from "@specdrop/engine";

const LONGEST = 60;

/** A logical id for each response, all different: by the route that leads to it, and by its key. */
export function logicalIds(
  responses: readonly LiveIntegrationResponse[],
  routes: readonly RouteDescription[],
): readonly string[] {
  const taken = new Set<string>();
  return responses.map((response) => {
    const name = `${placeOf(response, routes)}${caseOf(response.IntegrationResponseKey)}`;
    let id = name;
    for (let number = 2; taken.has(id); number++) id = `${name}_${number}`;
    taken.add(id);
    return id;
  });
}

/** `sendMessage`, or the integration's id where no route leads to it. */
function placeOf({ IntegrationId }: LiveIntegrationResponse, routes: readonly RouteDescription[]): string {
  const keys = routes.flatMap((route) => (leadsTo(route, IntegrationId) ? (route.RouteKey ?? []) : []));
  const words = keys.sort()[0]?.match(/[A-Za-z0-9]+/g) ?? [];
  const [first = "", ...rest] = words;
  const name = [first, ...rest.map(capitalised)].join("").slice(0, LONGEST);
  return name === "" ? `integration${capitalised(IntegrationId)}` : name;
}

/** `Default`, `200`, `4xx`, or what letters and digits the expression has. */
function caseOf(key: string): string {
  if (key === "$default") return "Default";
  const hundred = /^\/\^?([1-5])(?:\\d\\d|\\d\{2\}|\[0-9\]\[0-9\]|\[0-9\]\{2\}|\.\.)\$?\/$/.exec(key)?.[1];
  if (hundred !== undefined) return `${hundred}xx`;
  const words = key.replaceAll(/\\[A-Za-z]/g, " ").match(/[A-Za-z0-9]+/g) ?? [];
  return words.map(capitalised).join("").slice(0, LONGEST) || "Response";
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
