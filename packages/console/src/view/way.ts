import type { VNode } from "preact";
import type { ApiState, Cell, ConsoleState, IntegrationState, ResponseState } from "../state.ts";
import { Glyph } from "./glyphs.ts";
import { type Content, html } from "./html.ts";
import { isSame, type PageProps } from "./ui.ts";

const COLUMNS = ["Route", "Integration", "Response key", "Template", "Route response", "Stage", "Document"];

/** The way of a message through an API: a body of rows for each integration, a row for each response. */
export function Way({
  api,
  integrations,
  ...props
}: PageProps & { readonly api: ApiState; readonly integrations: readonly IntegrationState[] }): VNode {
  return html`<table class="way box">
    <caption class="unseen">The way of a message through ${api.name}</caption>
    <thead>
      <tr>${COLUMNS.map((name, index) => html`<th scope="col">${name}${index < COLUMNS.length - 2 && html`<span class="arrow" aria-hidden="true">→</span>`}</th>`)}</tr>
    </thead>
    ${integrations.map((integration) => html`<${Integration} key=${integration.integrationId} api=${api} integration=${integration} ...${props} />`)}
  </table>`;
}

interface IntegrationProps extends PageProps {
  readonly api: ApiState;
  readonly integration: IntegrationState;
}

function Integration({ api, integration, state, ui, act }: IntegrationProps): VNode {
  const { responses, routes, integrationId, type } = integration;
  const rows = Math.max(1, responses.length);
  const stages = spansOf(responses, ({ stage }) => JSON.stringify(stage));
  const documents = spansOf(responses, ({ documentId, sequence }) => JSON.stringify([documentId, sequence]));
  const before = html`
    <td data-label="Route" rowspan=${rows} class=${tintOf(routes.find(({ cell }) => cell.isCause)?.cell)}>
      ${routes.length === 0 ? html`<span class="quiet">none</span>` : routes.map((route) => html`<div class="part" key=${route.routeId}><code>${route.name}</code><${Standing} cell=${route.cell} /></div>`)}
    </td>
    <td data-label="Integration" rowspan=${rows} class=${tintOf(integration.cell)}>
      <code>${integrationId}</code><${Standing} cell=${integration.cell} />
      ${type !== undefined && html`<span class="quiet kind">${type}</span>`}
    </td>`;
  const back = html`<td data-label="Route response" rowspan=${rows} class=${tintOf(routes.find(({ routeResponse }) => routeResponse.cell.isCause)?.routeResponse.cell)}>
    ${routes.map(
      ({ routeId, name, routeResponse: { key, cell } }) => html`<div class="part" key=${routeId}>
      ${routes.length > 1 && html`<span class="quiet">${name}: </span>`}${key === "none" ? "none" : html`<code>${key}</code>`}<${Standing} cell=${cell} />
    </div>`,
    )}
  </td>`;
  if (responses.length === 0) {
    return html`<tbody><tr>${before}<td data-label="Response key" class="quiet">none</td><td data-label="Template"></td>${back}<td data-label="Stage"></td><td data-label="Document"></td></tr></tbody>`;
  }
  return html`<tbody>
    ${responses.map(
      (response, index) => html`<tr key=${`${response.documentId} ${response.key}`}>
      ${index === 0 && before}
      <${Response} api=${api} integration=${integration} response=${response} state=${state} ui=${ui} act=${act} />
      ${index === 0 && back}
      ${
        (stages[index] ?? 0) > 0 &&
        html`<td data-label="Stage" rowspan=${stages[index]} class=${tintOf(response.stage.cell)}>
        ${response.stage.name !== "" && html`<code>${response.stage.name}</code>`}<${Standing} cell=${response.stage.cell} />
      </td>`
      }
      ${
        (documents[index] ?? 0) > 0 &&
        html`<td data-label="Document" rowspan=${documents[index]}>
        <span class="name" title=${response.documentId}>${nameOf(state, response.documentId)}</span><span class="quiet standing">revision ${response.sequence}</span>
      </td>`
      }
    </tr>`,
    )}
  </tbody>`;
}

interface ResponseProps extends IntegrationProps {
  readonly response: ResponseState;
}

/** The response key, which has the verdict, and the template. */
function Response({ api, integration, response, ui, act }: ResponseProps): readonly VNode[] {
  const { key, logicalId, cell, overlay, template } = response;
  const ref = { apiId: api.apiId, integrationId: integration.integrationId, key };
  const isSelected = ui.isScripted && isSame(ui.selected, ref);
  const word =
    overlay === undefined
      ? cell.words
      : overlay.kind === "suspended"
        ? "waiting: applying is suspended"
        : `applying ${overlay.ended} of ${overlay.total}`;
  const id = JSON.stringify([api.apiId, ref.integrationId, key]);
  const comma = html`<span class="mute">,</span>`;
  const inside = html`<code>${key}</code>${comma} <span class="quiet">${logicalId}</span>${comma}`;
  const templated = html`<span class="mute">Template </span><code>${template.name}</code><span class="mute"> of ${logicalId}, </span>`;
  return [
    html`<td key="key" data-label="Response key" class=${`${tintOf(cell)} pick${isSelected ? " selected" : ""}`}>
      ${
        ui.isScripted
          ? html`<button type="button" class="cell" data-cell=${id} aria-current=${isSelected ? "true" : "false"} onClick=${() => act({ kind: "select", ref })}>${inside}<${Standing} cell=${cell} word=${word} overlay=${overlay} /></button>`
          : html`${inside}<${Standing} cell=${cell} word=${word} overlay=${overlay} />`
      }
    </td>`,
    html`<td key="template" data-label="Template" class=${`${tintOf(template.cell)} pick`}>
      ${
        ui.isScripted
          ? html`<button type="button" class="cell" data-cell=${`${id} template`} onClick=${() => act({ kind: "select", ref, tab: "difference" })}>${templated}<${Standing} cell=${template.cell} /></button>`
          : html`${templated}<${Standing} cell=${template.cell} />`
      }
    </td>`,
  ];
}

interface StandingProps {
  readonly cell: Cell;
  readonly word?: string;
  readonly overlay?: ResponseState["overlay"];
}

/** The state of one step, in a shape and in words. */
function Standing({ cell: { state, words, warning }, word = words, overlay }: StandingProps): Content {
  if (word === "" && warning === undefined) return null;
  const progress =
    overlay?.kind === "applying"
      ? html`<progress max=${overlay.total} value=${overlay.ended} aria-hidden="true"></progress>`
      : null;
  return html`<span class=${`standing t-${overlay === undefined ? state : "pending"}`}><${Glyph} of=${overlay === undefined ? state : "pending"} /><span>${word}</span></span>${progress}
    ${warning !== undefined && html`<span class="standing t-blocked warning"><${Glyph} of="warning" /><span>${warning}</span></span>`}`;
}

/** The cause is tinted; of what follows from it only the text has a colour. */
function tintOf(cell: Cell | undefined): string {
  return cell?.isCause === true ? `tint-${cell.state}` : "";
}

/** For each row how many rows its cell spans; 0 where the cell of a row above reaches it. */
export function spansOf(rows: readonly ResponseState[], nameOf: (row: ResponseState) => string): readonly number[] {
  const spans = rows.map(() => 0);
  let first = 0;
  for (const [index, row] of rows.entries()) {
    const start = rows[first];
    if (start === undefined || nameOf(start) !== nameOf(row)) first = index;
    spans[first] = (spans[first] ?? 0) + 1;
  }
  return spans;
}

export function nameOf({ documents }: ConsoleState, documentId: string): string {
  const known = documents.find((one) => one.documentId === documentId)?.name;
  return known ?? documentId.slice(documentId.lastIndexOf("/") + 1);
}
