import type { ApiState, ConsoleState, IntegrationState, ResponseState } from "../state.ts";
import { apiOf, type PageUi } from "./ui.ts";

/** What is left of an API by the filter. */
export interface FilteredApi {
  readonly api: ApiState;
  /** How many of its responses are shown. */
  readonly shown: number;
}

/** The filter hides rows; it changes no count and no verdict. */
export interface Filtered {
  readonly apis: readonly FilteredApi[];
  readonly shown: number;
  readonly total: number;
  readonly isFiltering: boolean;
}

export function filtered(state: ConsoleState, ui: PageUi): Filtered {
  const isFiltering = ui.filter.trim() !== "" || ui.only !== undefined;
  const total = state.apis.reduce((sum, api) => sum + sizeOf(api), 0);
  const apis = state.apis.flatMap(({ apiId }) => {
    const api = apiOf({ state, ui }, apiId);
    const found = api && (isFiltering ? filteredApi(api, ui) : { api, shown: sizeOf(api) });
    return found === undefined || (isFiltering && found.shown === 0) ? [] : [found];
  });
  return { apis, total, isFiltering, shown: apis.reduce((sum, { shown }) => sum + shown, 0) };
}

function filteredApi(api: ApiState, { filter, only }: PageUi): FilteredApi {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const matches = (...names: readonly string[]) => {
    const text = names.join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const ofApi = [api.name, api.apiId];
  if (api.integrations === undefined) {
    // Its rows are not here: all that is known of them is their counts and documents.
    if (!matches(...ofApi, ...api.documentIds)) return { api, shown: 0 };
    return { api, shown: only === undefined ? sizeOf(api) : api.counts[only] };
  }
  const integrations = api.integrations.flatMap((integration): readonly IntegrationState[] => {
    const names = [...ofApi, integration.integrationId, ...integration.routes.map(({ name }) => name)];
    const isShown = ({ key, logicalId, documentId, cell }: ResponseState) =>
      (only === undefined || cell.state === only) && matches(...names, key, logicalId, documentId);
    const responses = integration.responses.filter(isShown);
    return responses.length === 0 ? [] : [{ ...integration, responses }];
  });
  const shown = integrations.reduce((sum, { responses }) => sum + responses.length, 0);
  return { api: { ...api, integrations }, shown };
}

/** How many responses an API has. */
export function sizeOf({ counts }: ApiState): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** More live rows of an API than these are folded. */
const MOST_LIVE = 8;

/** The rows of an API that show unless somebody unfolds it: what is not live, what is selected, and the first live ones. */
export function folded(
  integrations: readonly IntegrationState[],
  isKept: (integration: IntegrationState, response: ResponseState) => boolean,
): { readonly integrations: readonly IntegrationState[]; readonly hidden: number } {
  let live = 0;
  let hidden = 0;
  const left = integrations.flatMap((integration) => {
    const responses = integration.responses.filter((response) => {
      if (response.cell.state !== "live" || response.overlay !== undefined || isKept(integration, response))
        return true;
      live += 1;
      if (live <= MOST_LIVE) return true;
      hidden += 1;
      return false;
    });
    return responses.length === 0 && integration.responses.length > 0 ? [] : [{ ...integration, responses }];
  });
  return { integrations: left, hidden };
}
