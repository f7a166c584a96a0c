import type { VNode } from "preact";
import { ActivityLog } from "./activity.ts";
import { Apis } from "./apis.ts";
import { shortTime } from "./clock.ts";
import { html } from "./html.ts";
import { Inspector } from "./inspector.ts";
import { Foot, Help } from "./keys.ts";
import { Problems } from "./problems.ts";
import { Start } from "./start.ts";
import { clockOf, Time, Words } from "./text.ts";
import { TopBar } from "./top-bar.ts";
import { TryPage } from "./try-page.ts";
import type { PageProps } from "./ui.ts";
import { Verdict } from "./verdict.ts";

/** The whole page, of the state of the documents and of what a reader has done. */
export function App(props: PageProps): VNode {
  const { state, ui } = props;
  const isTrying = ui.place.kind === "try";
  const isEmpty = state.verdict.kind === "empty";
  return html`<div class=${`app at-${ui.place.kind}`}>
    ${
      !isTrying &&
      html`<nav class="skip" aria-label="Skip">
      ${state.problems.length > 0 && html`<a href="#problems">Problems</a>`}
      ${state.apis.length > 0 && html`<a href="#apis">APIs</a>`}
      ${!isEmpty && html`<a href="#activity">Activity</a>`}
    </nav>`
    }
    <${TopBar} ...${props} />
    <${Help} ...${props} />
    ${isTrying ? html`<${TryPage} ...${props} />` : isEmpty ? html`<${Empty} ...${props} />` : html`<${Overview} ...${props} />`}
    <${Foot} ui=${ui} />
    <p class="unseen" role="status" aria-live="polite">${ui.said}</p>
  </div>`;
}

function Empty(props: PageProps): VNode {
  return html`<main class="empty"><${Verdict} ...${props} /><${Start} ...${props} />${props.state.problems.length > 0 && html`<${Problems} ...${props} />`}<${Withdrawn} ...${props} /></main>`;
}

function Overview(props: PageProps): VNode {
  const { state, ui } = props;
  const isBeside = !(ui.isScripted && ui.layout === "middle" && ui.selected !== undefined);
  return html`<main><${Verdict} ...${props} />
      <div class="columns-2">
        <div class="main">
          ${state.problems.length > 0 && html`<${Problems} ...${props} />`}
          <${Apis} ...${props} />
          <${Withdrawn} ...${props} />
        </div>
        <div class="aside">
          ${isBeside && html`<${Inspector} ...${props} />`}
          <aside aria-label="Activity"><${ActivityLog} state=${state} ui=${ui} /></aside>
        </div>
      </div>
    </main>`;
}

function Withdrawn({ state, ui }: PageProps): VNode | null {
  const { withdrawn } = state;
  if (withdrawn.length === 0) return null;
  const clock = clockOf(state);
  return html`<details class="withdrawn">
    <summary>Show ${withdrawn.length.toLocaleString("en")} withdrawn ${withdrawn.length === 1 ? "document" : "documents"}</summary>
    <ul>${withdrawn.map(({ documentId, at, who }) => html`<li key=${documentId}><code>${documentId}</code> <${Time} at=${at} said=${shortTime(at, ui.now, clock)} /> <span class="quiet"><${Words} of=${who} state=${state} ui=${ui} /></span></li>`)}</ul>
  </details>`;
}
