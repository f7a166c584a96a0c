import { formatNaturalKey, type LiveResource, type OwnedResource, type OwnershipLedger } from "@specdrop/engine";
import { type ChangeResult, isOfRoute } from "@specdrop/events";
import { diffsOf, leftAlone, type Sides } from "@specdrop/inspect/diff/property-diff";
import { type DesiredResource, visible, WRITABLE_PROPERTIES } from "@specdrop/spec";
import type { Terminal } from "../terminal/terminal.ts";
import { formatPropertyDiff, type Telling } from "./format-diff.ts";

/** What a plan's results leave out: the values behind the names of properties. */
export interface PlanView {
  /** The lines below a change: what it writes over, and what becomes of the rest. */
  details(apiId: string | undefined, change: ChangeResult): readonly string[];
}

interface Sources {
  readonly ledger: Pick<OwnershipLedger, "listOwned">;
  readonly declared: readonly DesiredResource[];
  readonly liveOf: (identifier: string) => LiveResource | undefined;
  readonly paint: Terminal["paint"];
  /** `plan` without it. */
  readonly telling?: Telling;
}

/** Looks up what was last applied on the APIs of a plan. */
export async function viewPlan(
  apiIds: Iterable<string>,
  { ledger, declared, liveOf, paint, telling = "plan" }: Sources,
): Promise<PlanView> {
  const desired = new Map(declared.map((resource) => [formatNaturalKey(resource), resource]));
  const places = new Map(declared.map(({ logicalId, ApiId }) => [logicalId, ApiId]));
  const owned = new Map<string, OwnedResource>();
  for (const apiId of new Set(apiIds)) {
    for (const resource of await ledger.listOwned(apiId)) owned.set(formatNaturalKey(resource), resource);
  }
  return {
    details(apiId = "", change) {
      const {
        integrationId: IntegrationId = "",
        integrationResponseKey: IntegrationResponseKey = "",
        identifier,
      } = change;
      if (isOfRoute(change)) return routeDetails(change);
      const key = formatNaturalKey({ ApiId: apiId, IntegrationId, IntegrationResponseKey });
      const sides: Sides = {
        desired: desired.get(key),
        live: identifier === undefined ? undefined : liveOf(identifier),
        applied: owned.get(key)?.applied,
      };
      return telling === "drift"
        ? differences(change, sides, paint)
        : describe(change, sides, places.get(change.logicalId), paint);
    },
  };
}

function describe(change: ChangeResult, sides: Sides, elsewhere: string | undefined, paint: Terminal["paint"]) {
  if (change.status === "failed") return [];
  const diffs = diffsOf(change, sides)
    .filter(({ values }) => values.length > 0)
    .flatMap((diff) => formatPropertyDiff(diff, paint));
  switch (change.action) {
    case "delete":
      return [
        visible(elsewhere === undefined ? dropped(sides) : `It moves to API ${elsewhere}, and is then deleted here.`),
      ];
    case "forget":
      return [forgotten(change)];
    case "replace":
      return [...moved(sides), ...diffs];
    case "adopt":
      return [
        ...(diffs.length === 0 ? ["Adopted as it is: nothing is written."] : diffs),
        ...alone(change, sides, paint),
      ];
    default:
      return [...diffs, ...alone(change, sides, paint)];
  }
}

/** Why a route response is made or goes: no line of the document names it. */
function routeDetails({ action, handedTo, gone }: ChangeResult): readonly string[] {
  switch (action) {
    case "create":
      return ["TwoWay: the route leads to an integration of the document, and has no response."];
    case "adopt":
      return ["TwoWay: it exists already, and is never deleted."];
    case "delete":
      return ["No document asks for it any more."];
    case "forget":
      if (handedTo !== undefined) return [visible(`It stays for ${handedTo}.`)];
      return [gone ? "AWS no longer has it." : "It existed before, and stays."];
    default:
      return [];
  }
}

/** What AWS has and what the document says; of what only one of them has there is nothing to compare. */
function differences(change: ChangeResult, sides: Sides, paint: Terminal["paint"]): readonly string[] {
  if (change.status === "failed" || sides.live === undefined || sides.desired === undefined) return [];
  return diffsOf(change, sides)
    .filter(({ values }) => values.length > 0)
    .flatMap((diff) => formatPropertyDiff(diff, paint, "drift"));
}

function forgotten({ handedTo, gone }: ChangeResult): string {
  if (handedTo !== undefined) return visible(`It stays in AWS, and now belongs to ${handedTo}.`);
  return gone === true
    ? "AWS no longer has it; the document stops owning it."
    : "It stays in AWS; the document no longer owns it.";
}

function dropped({ live }: Sides): string {
  const names = WRITABLE_PROPERTIES.filter((name) => live?.properties[name] !== undefined);
  const contents = names.length === 0 ? "" : `, with its ${names.join(", ")}`;
  return `The document no longer declares it: AWS deletes it${contents}.`;
}

function moved({ live }: Sides): readonly string[] {
  if (live === undefined) return [];
  const { IntegrationResponseKey, IntegrationId } = live;
  return [visible(`Created anew; then key ${IntegrationResponseKey} of integration ${IntegrationId} is deleted.`)];
}

function alone(change: ChangeResult, sides: Sides, paint: Terminal["paint"]): readonly string[] {
  const { length } = leftAlone(change, sides);
  if (length === 0) return [];
  const words =
    length === 1 ? "1 property that is not declared stays" : `${length} properties that are not declared stay`;
  return [paint("dim", `${words} as ${length === 1 ? "it is" : "they are"}.`)];
}
