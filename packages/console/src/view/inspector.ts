import type { VNode } from "preact";
import type {
  ConsoleState,
  IntegrationState,
  NumberedLine,
  ResponseRef,
  ResponseState,
  RevisionState,
  ValueDifference,
} from "../state.ts";
import { shortTime } from "./clock.ts";
import { Glyph } from "./glyphs.ts";
import { html } from "./html.ts";
import { hrefOf } from "./links.ts";
import { clockOf, Time, Words } from "./text.ts";
import { TryIt } from "./try-it.ts";
import { apiOf, type InspectorTab, type PageProps, refName } from "./ui.ts";

/** One response: why it is as it is, what differs, what a client gets, and what it was before. */
export function Inspector(props: PageProps): VNode | null {
  const { state, ui, act } = props;
  const ref = ui.selected;
  const found = ref && find(props, ref);
  if (ref === undefined) return null;
  if (found === undefined)
    return html`<section class="inspector" aria-label="Response"><p class="quiet">${ui.apis.has(ref.apiId) || apiOf(props, ref.apiId)?.integrations ? "This response is no longer there." : "Reading…"}</p></section>`;
  const { api, integration, response } = found;
  const { cell, logicalId, key } = response;
  const route = integration.routes[0]?.name;
  const path = [api.name, ...(route === undefined ? [] : [route]), integration.integrationId].join(" · ");
  // A view of its own has a heading of its own.
  const heading = ui.layout === "narrow" && ui.place.kind === "response" ? "h1" : "h2";
  return html`<section class="inspector" id=${hrefOf({ kind: "response", ...ref }).slice(1)} aria-labelledby="inspector-title">
    <div class="head">
      ${ui.isScripted && html`<a class="back" href="#">Back</a>`}
      <${heading} id="inspector-title" tabindex="-1">${logicalId} <small>${path}</small></${heading}>
      <span class="space"></span>
      ${ui.isScripted && html`<button type="button" class="key" aria-label="Esc, close the inspector" onClick=${() => act({ kind: "close" })}>Esc</button>`}
    </div>
    <div class="box">
      <div class="about">
        <p class="key-line"><${Glyph} of=${cell.state} /><code>${key}</code> <b class=${`t-${cell.state}`}>${cell.words}</b> ${response.consequence !== undefined && html`<span class="quiet">${response.consequence}</span>`}</p>
        <${Facts} response=${response} state=${state} ui=${ui} />
      </div>
      <${Tabs} response=${response} reference=${ref} integration=${integration} ...${props} />
    </div>
  </section>`;
}

function find(props: Pick<PageProps, "state" | "ui">, ref: ResponseRef) {
  const api = apiOf(props, ref.apiId);
  const integration = api?.integrations?.find(({ integrationId }) => integrationId === ref.integrationId);
  const response = integration?.responses.find(({ key }) => key === ref.key);
  return api && integration && response && { api, integration, response };
}

function Facts({ response, state, ui }: Pick<PageProps, "state" | "ui"> & { readonly response: ResponseState }): VNode {
  const { documentId, sequence, liveSequence, liveAt } = response;
  const document = state.documents.find((one) => one.documentId === documentId);
  const clock = clockOf(state);
  const isSame = liveSequence === sequence;
  const at =
    liveAt === undefined ? "" : html`, live since <${Time} at=${liveAt} said=${shortTime(liveAt, ui.now, clock)} />`;
  const revision =
    liveSequence === undefined
      ? `${sequence} accepted, none known to be live`
      : isSame
        ? `${sequence}`
        : `${sequence} accepted, ${liveSequence} live`;
  return html`<dl>
    <dt>Document</dt><dd><code>${documentId}</code></dd>
    <dt>Revision</dt><dd>${revision}${isSame && at}</dd>
    ${document !== undefined && html`<dt>Dropped</dt><dd><${Words} of=${document.dropped} state=${state} ui=${ui} /></dd>`}
  </dl>`;
}

const TABS: readonly (readonly [InspectorTab, string])[] = [
  ["difference", "Difference"],
  ["try", "Try it"],
  ["history", "History"],
];

interface TabsProps extends PageProps {
  readonly response: ResponseState;
  readonly reference: ResponseRef;
  readonly integration: IntegrationState;
}

/** Tabs where the script runs; sections, one below the other, where it does not. */
function Tabs({ response, reference, integration, ...props }: TabsProps): VNode {
  const { state, ui, act } = props;
  const difference = html`<${Difference} response=${response} reference=${reference} ...${props} />`;
  const history = html`<${History} revisions=${revisionsOf(props, reference, response.documentId)} state=${state} ui=${ui} />`;
  if (!ui.isScripted) return html`<div class="panel">${difference}<h3>History</h3>${history}</div>`;
  const move = (event: {
    readonly key: string;
    preventDefault(): void;
    readonly currentTarget: { querySelectorAll(selector: string): ArrayLike<{ focus(): void }> };
  }) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? TABS.length - 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const index = (TABS.findIndex(([tab]) => tab === ui.tab) + step) % TABS.length;
    const tab = TABS[index]?.[0];
    if (tab !== undefined) act({ kind: "tab", tab });
    event.currentTarget.querySelectorAll("[role=tab]")[index]?.focus();
  };
  return html`<div><div role="tablist" aria-label="About this response" class="tabs" onKeyDown=${move}>
      ${TABS.map(([tab, name]) => html`<button key=${tab} type="button" role="tab" id=${`tab-${tab}`} aria-controls="panel" aria-selected=${ui.tab === tab ? "true" : "false"} tabindex=${ui.tab === tab ? "0" : "-1"} onClick=${() => act({ kind: "tab", tab })}>${name}</button>`)}
    </div>
    <div role="tabpanel" id="panel" class="panel" aria-labelledby=${`tab-${ui.tab}`} tabindex="0">
      ${ui.tab === "difference" && difference}
      ${ui.tab === "history" && history}
      ${ui.tab === "try" && html`<${TryIt} integration=${integration} apiId=${reference.apiId} isCompact=${true} ...${props} />`}
    </div></div>`;
}

function Difference({ response, reference, state, ui }: Omit<TabsProps, "integration">): VNode {
  const detail = ui.details.get(refName(reference));
  const { error, differences = [], sequence } = response;
  const said = error && html`<p class="error"><b>${error.code}</b> ${error.message}</p>`;
  if (detail !== undefined && detail !== "absent" && detail.differences.length > 0) {
    return html`<div>${said}${detail.differences.map((each) => html`<${Compared} of=${each} sequence=${sequence} heading=${ui.layout === "narrow" ? "h2" : "h3"} key=${`${each.property} ${each.entry ?? ""}`} />`)}</div>`;
  }
  const counted = differences.map(
    ({ property, entry, added, removed }) =>
      html`<li key=${`${property} ${entry ?? ""}`}><b>${property}</b>${entry !== undefined && html` <code>${entry}</code>`} <span class="quiet">${countsOf(added, removed)}</span></li>`,
  );
  if (counted.length > 0) return html`<div>${said}<ul class="counted">${counted}</ul></div>`;
  const rest = nothingDiffers(response, detail === undefined && ui.isScripted && state.where.kind === "dev");
  return html`<div>${said}<p class="quiet">${rest}</p></div>`;
}

function nothingDiffers({ cell }: ResponseState, isReading: boolean): string {
  if (isReading) return "Reading…";
  if (cell.state === "unproven") return "What is live and what the document declares are not compared.";
  return "Nothing differs: AWS has what the document declares.";
}

function countsOf(added: number, removed: number): string {
  const parts = [added > 0 ? `${added} added` : "", removed > 0 ? `${removed} removed` : ""].filter(
    (part) => part !== "",
  );
  return parts.length === 0 ? "the same" : parts.join(", ");
}

function Compared({
  of: { property, entry, lines },
  sequence,
  heading,
}: {
  readonly of: ValueDifference;
  readonly sequence: number;
  readonly heading: string;
}): VNode {
  const added = lines.filter(({ kind }) => kind === "added").length;
  const removed = lines.filter(({ kind }) => kind === "removed").length;
  return html`<section class="compared">
    <div class="head"><${heading}>${property}${entry !== undefined && html` <code>${entry}</code>`}</${heading}><span class="space"></span><small>${countsOf(added, removed)}, live → revision ${sequence}</small></div>
    ${lines.length > 0 && html`<div class="diff" role="group" aria-label=${`Difference of ${property}`}>${lines.map((line, index) => html`<${Line} key=${index} of=${line} />`)}</div>`}
  </section>`;
}

const SIGNS = { added: "+", removed: "-", kept: "", gap: "…" } as const;

function Line({ of: { kind, text, before, after } }: { readonly of: NumberedLine }): VNode {
  const number = kind === "added" ? after : before;
  const content = kind === "gap" ? text : withEnds(text);
  const hidden = kind === "added" || kind === "removed" ? html`<span class="unseen">${kind}: </span>` : null;
  const tag = kind === "added" ? "ins" : kind === "removed" ? "del" : "span";
  return html`<div class=${`line ${kind}`}><span class="number">${number ?? ""}</span><b class="sign" aria-hidden="true">${SIGNS[kind]}</b><${tag} class="text">${hidden}${content}</${tag}></div>`;
}

/** Blanks at the end of a line are underlined: nobody sees them otherwise. */
function withEnds(text: string): VNode | string {
  const [, body = "", end = ""] = /^(.*?)([ \t]*)$/s.exec(text) ?? [];
  if (end === "") return body || " ";
  return html`${body}<u>${end}</u>` as unknown as VNode;
}

function revisionsOf(
  { state, ui }: Pick<PageProps, "state" | "ui">,
  ref: ResponseRef,
  documentId: string,
): readonly RevisionState[] | undefined {
  const detail = ui.details.get(refName(ref));
  const known = state.documents.find((one) => one.documentId === documentId)?.history;
  return detail === undefined || detail === "absent" ? known : detail.history;
}

function History({
  revisions,
  state,
  ui,
}: {
  readonly revisions: readonly RevisionState[] | undefined;
  readonly state: ConsoleState;
  readonly ui: PageProps["ui"];
}): VNode {
  if (revisions === undefined)
    return html`<p class="quiet">${ui.isScripted && state.where.kind === "dev" ? "Reading…" : "Its history is not in this page. specdrop history shows it."}</p>`;
  const clock = clockOf(state);
  return html`<ol class="history">${revisions.map(
    ({ sequence, at, state: stands, outcome, who, summary, runUrl }) => html`<li key=${sequence}>
      <${Glyph} of=${stands} />
      <div><p><b>revision ${sequence}</b>, ${outcome} <span class="quiet">${summary}</span></p><p class="quiet"><${Words} of=${who} state=${state} ui=${ui} />${isWeb(runUrl) && html` · <a href=${runUrl} rel="noreferrer">run</a>`}</p></div>
      <${Time} at=${at} said=${shortTime(at, ui.now, clock)} />
    </li>`,
  )}</ol>`;
}

/** Others chose the address: only a page of the web is a link. */
export function isWeb(url: string | undefined): url is string {
  return url !== undefined && /^https?:\/\//i.test(url);
}
