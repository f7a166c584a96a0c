import type { VNode } from "preact";
import { type ApiState, STATES } from "../state.ts";
import { filtered, folded } from "./filter.ts";
import { Glyph } from "./glyphs.ts";
import { html } from "./html.ts";
import { Inspector } from "./inspector.ts";
import { hrefOf } from "./links.ts";
import { Words } from "./text.ts";
import { isApiOpen, isSame, type PageProps } from "./ui.ts";
import { nameOf, Way } from "./way.ts";

/** Live APIs beyond these are behind a button. */
const MOST_LIVE_APIS = 8;

/** The open APIs with the way of a message through each, then the others as rows. */
export function Apis(props: PageProps): VNode {
  const { state, ui, act } = props;
  const { apis, shown, total, isFiltering } = filtered(state, ui);
  const open = apis.filter(
    ({ api }) =>
      isApiOpen(ui, state, api.apiId) ||
      (isFiltering && api.integrations !== undefined && apis.length <= MOST_LIVE_APIS),
  );
  const others = apis.filter((one) => !open.includes(one));
  const live = others.filter(({ api }) => api.state === "live");
  const most =
    ui.showsAllApis || isFiltering ? others.length : others.length - Math.max(0, live.length - MOST_LIVE_APIS);
  const title = open.length === 0 ? "APIs" : "Other APIs";
  return html`<div id="apis" tabindex="-1">
    ${isFiltering && html`<p class="shown quiet" role="status">${shown.toLocaleString("en")} of ${total.toLocaleString("en")} shown</p>`}
    ${open.map(({ api }) => html`<${OpenApi} key=${api.apiId} api=${api} ...${props} />`)}
    ${
      others.length > 0 &&
      html`<section class="others" aria-labelledby="others-title">
      <div class="head"><h2 id="others-title">${title} <small>${others.length}${others.some(({ api }) => api.state !== "live") ? ", worst first" : ""}</small></h2></div>
      <ul class="box rows">${others.slice(0, most).map(({ api }) => html`<${ApiRow} key=${api.apiId} api=${api} ...${props} />`)}</ul>
      ${most < others.length && html`<button type="button" class="more" onClick=${() => act({ kind: "allApis" })}>Show ${others.length - most} more APIs, all live</button>`}
    </section>`
    }
  </div>`;
}

function OpenApi({ api, state, ui, act }: PageProps & { readonly api: ApiState }): VNode {
  const { apiId, integrations } = api;
  const isKept = (integration: { readonly integrationId: string }, { key }: { readonly key: string }) =>
    isSame(ui.selected, { apiId, integrationId: integration.integrationId, key });
  const isWhole = ui.unfolded.has(apiId) || ui.filter !== "" || ui.only !== undefined;
  const shown = integrations && (isWhole ? { integrations, hidden: 0 } : folded(integrations, isKept));
  const route = integrations?.flatMap(({ routes }) => routes)[0]?.name ?? "";
  const total = Object.values(api.counts).reduce((sum, count) => sum + count, 0);
  const isBelow = ui.isScripted && ui.layout === "middle" && ui.selected?.apiId === apiId;
  return html`<section class="api" id=${`/api/${encodeURIComponent(apiId)}`} aria-label=${`API ${api.name}`}>
    <div class="head">
      <h2>${api.name}</h2>
      ${api.name !== apiId && html`<code class="quiet">${apiId}</code>`}
      ${api.stageLine !== undefined && html`<small><${Words} of=${api.stageLine} state=${state} ui=${ui} /></small>`}
      ${(shown?.hidden ?? 0) > 0 && html`<small>${total} responses</small>`}
      <span class="space"></span>
      ${ui.isScripted && html`<a class="button" href=${hrefOf({ kind: "try", apiId, route })}>Try it</a>`}
      ${ui.isScripted && state.apis.length > 1 && html`<button type="button" class="button" aria-label=${`Close ${api.name}`} onClick=${() => act({ kind: "toggleApi", apiId })}>Close</button>`}
    </div>
    ${
      shown === undefined
        ? html`<p class="quiet">${ui.isScripted ? "Reading…" : `${total} responses, all live.`}</p>`
        : html`<${Way} api=${api} integrations=${shown.integrations} state=${state} ui=${ui} act=${act} />`
    }
    ${shown !== undefined && shown.hidden > 0 && html`<button type="button" class="more" onClick=${() => act({ kind: "unfold", apiId })}>${shown.hidden} live ones hidden. Show them</button>`}
    ${isBelow && html`<${Inspector} state=${state} ui=${ui} act=${act} />`}
  </section>`;
}

function ApiRow({ api, state, ui, act }: PageProps & { readonly api: ApiState }): VNode {
  const { apiId, name, documentIds, summary } = api;
  const documents =
    documentIds.length <= 2 && state.apis.length <= 12
      ? documentIds.map((id) => nameOf(state, id)).join(", ")
      : `${documentIds.length} ${documentIds.length === 1 ? "document" : "documents"}`;
  const content = html`<${Glyph} of=${api.state} /><b>${name}</b><code class="quiet">${name === apiId ? "" : apiId}</code><${Marks} api=${api} /><span class="quiet end">${api.state === "live" && documentIds.length <= 2 && state.apis.length <= 12 ? documents : `${summary} · ${documents}`}</span>`;
  return html`<li>
    ${ui.isScripted ? html`<button type="button" class="row" data-cell=${apiId} aria-expanded="false" onClick=${() => act({ kind: "toggleApi", apiId })}>${content}</button>` : html`<div class="row">${content}</div>`}
  </li>`;
}

/** A mark is this wide and this far from the next, in pixels. */
const [MARK, STEP, MOST_MARKS] = [5, 8, 40];

/** One mark for each response, the worst first; of very many a share of them. */
function Marks({ api: { counts } }: { readonly api: ApiState }): VNode {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const scale = Math.min(1, MOST_MARKS / Math.max(1, total));
  let x = 0;
  const paths = STATES.flatMap((state) => {
    const marks = counts[state] === 0 ? 0 : Math.max(1, Math.round(counts[state] * scale));
    const [y, height] = state === "live" ? [3, 7] : [0, 13];
    const d = Array.from({ length: marks }, (_, index) => `M${x + index * STEP} ${y}h${MARK}v${height}h-${MARK}z`).join(
      "",
    );
    x += marks * STEP;
    return marks === 0 ? [] : [html`<path key=${state} class=${`s-${state}`} d=${d} />`];
  });
  return html`<svg class="marks" width=${Math.max(0, x)} height="13" aria-hidden="true">${paths}</svg>`;
}
