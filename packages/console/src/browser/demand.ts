import type { ApiState, ConsoleState, ResponseDetail, ResponseRef, TryDefinitions } from "../state.ts";
import { apiOf, isApiOpen, type PageUi, refName } from "../view/ui.ts";

type Fetched = Partial<Pick<PageUi, "apis" | "details" | "definitions">>;

/** Fetches what the page shows and the state does not hold: an open API's rows, values, definitions. Each once per version. */
export function fetchOnDemand(
  change: (more: (ui: PageUi) => Fetched) => void,
): (state: ConsoleState, ui: PageUi) => void {
  const asked = new Set<string>();
  let version = "";

  async function ask<Answer>(address: string, use: (answer: Answer | "absent") => void): Promise<void> {
    const of = version;
    const name = `${of} ${address}`;
    if (asked.has(name)) return;
    asked.add(name);
    try {
      const response = await fetch(address, { headers: { accept: "application/json" } });
      const answer = response.ok ? ((await response.json()) as Answer) : "absent";
      if (of === version) use(answer);
    } catch {
      // Not connected: it is asked for again when the page is.
      asked.delete(name);
    }
  }

  return (state, ui) => {
    if (state.version !== version) {
      version = state.version;
      asked.clear();
    }
    const isTried = ui.place.kind === "try";
    const tried = ui.place.kind === "try" ? ui.place.apiId : undefined;
    for (const { apiId, integrations } of state.apis) {
      if (integrations !== undefined || !(apiId === tried || isApiOpen(ui, state, apiId))) continue;
      void ask<ApiState>(`api.json?id=${encodeURIComponent(apiId)}`, (api) => {
        if (api !== "absent") change((now) => ({ apis: new Map(now.apis).set(apiId, api) }));
      });
    }
    const { selected } = ui;
    if (selected !== undefined && !isTried) {
      void ask<ResponseDetail>(`response.json?${queryOf(selected)}`, (detail) =>
        change((now) => ({ details: new Map(now.details).set(refName(selected), detail) })),
      );
    }
    const apiId = tried ?? (ui.tab === "try" ? selected?.apiId : undefined);
    for (const { integrationId } of (apiId === undefined ? undefined : apiOf({ state, ui }, apiId)?.integrations) ??
      []) {
      if (apiId === undefined || (!isTried && integrationId !== selected?.integrationId)) continue;
      void ask<TryDefinitions>(`response.json?${queryOf({ apiId, integrationId })}`, (definitions) =>
        change((now) => ({
          definitions: new Map(now.definitions).set(JSON.stringify([apiId, integrationId]), definitions),
        })),
      );
    }
  };
}

function queryOf({ apiId, integrationId, key }: Omit<ResponseRef, "key"> & Partial<ResponseRef>): string {
  return new URLSearchParams({
    api: apiId,
    integration: integrationId,
    ...(key === undefined ? {} : { key }),
  }).toString();
}
