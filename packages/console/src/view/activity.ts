import type { VNode } from "preact";
import type { ActivityEntry, ActivityStep } from "../state.ts";
import { shortTime } from "./clock.ts";
import { Glyph } from "./glyphs.ts";
import { html } from "./html.ts";
import { isWeb } from "./inspector.ts";
import { clockOf, Time, Words } from "./text.ts";
import type { PageProps } from "./ui.ts";

/** Who changed what, the newest first. */
export function ActivityLog({ state, ui }: Pick<PageProps, "state" | "ui">): VNode {
  const { scope, entries } = state.activity;
  return html`<section id="activity" class="activity" aria-labelledby="activity-title" tabindex="-1">
    <div class="head"><h2 id="activity-title">Activity</h2><span class="space"></span><small><${Words} of=${scope} state=${state} ui=${ui} /></small></div>
    ${
      entries.length === 0
        ? html`<p class="quiet">Nothing has happened yet.</p>`
        : html`<ol>${entries.map((entry) => html`<${Entry} key=${entry.id} entry=${entry} state=${state} ui=${ui} />`)}</ol>`
    }
  </section>`;
}

function Entry({ entry, state, ui }: Pick<PageProps, "state" | "ui"> & { readonly entry: ActivityEntry }): VNode {
  const { name, sequence, outcome, at, line, steps, runUrl } = entry;
  return html`<li>
    <${Glyph} of=${entry.state} />
    <div>
      <p><b title=${entry.documentId}>${name}</b> revision ${sequence}${outcome !== "" && `, ${outcome}`}<span class="space"></span><${Time} at=${at} said=${shortTime(at, ui.now, clockOf(state))} /></p>
      <p class="quiet"><${Words} of=${line} state=${state} ui=${ui} />${isWeb(runUrl) && html` · <a href=${runUrl} rel="noreferrer">run</a>`}</p>
      ${steps !== undefined && html`<ol class="steps box">${steps.map((step) => html`<${Step} key=${step.name} step=${step} state=${state} ui=${ui} />`)}</ol>`}
    </div>
  </li>`;
}

function Step({
  step: { name, state: stands, fact },
  state,
  ui,
}: Pick<PageProps, "state" | "ui"> & { readonly step: ActivityStep }): VNode {
  return html`<li><span class="name"><${Glyph} of=${stands} />${name}</span><span class="quiet"><${Words} of=${fact} state=${state} ui=${ui} /></span></li>`;
}
