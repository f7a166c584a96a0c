import type { VNode } from "preact";
import type { PageProblem } from "../state.ts";
import { agoTime, sinceTime } from "./clock.ts";
import { Glyph } from "./glyphs.ts";
import { html } from "./html.ts";
import { CommandLine, clockOf, Time, Words } from "./text.ts";
import type { PageProps } from "./ui.ts";

const TITLES: Readonly<Record<PageProblem["state"], string>> = {
  failed: "Failed",
  blocked: "Blocked",
  drifted: "Drifted",
  pending: "Pending",
  unproven: "Unproven",
};

/** What is wrong, where, and what to do: one row for each cause. */
export function Problems({ state, ui, act }: PageProps): VNode {
  const { problems } = state;
  return html`<section id="problems" class="problems" aria-labelledby="problems-title">
    <div class="head"><h2 id="problems-title">Problems <small>${problems.length}</small></h2><small>worst first</small></div>
    <ol class="box">
      ${problems.map((problem) => html`<${Row} key=${problem.id} problem=${problem} state=${state} ui=${ui} act=${act} />`)}
    </ol>
  </section>`;
}

function Row({ problem, state, ui, act }: PageProps & { readonly problem: PageProblem }): VNode {
  const { id, code, sentence, where, next, command } = problem;
  const isCurrent = ui.isScripted && ui.problemId === id;
  const title = html`<b class=${`t-${problem.state}`}>${TITLES[problem.state]}</b>`;
  const select = () => act({ kind: "problem", id });
  return html`<li class=${isCurrent ? "problem current" : "problem"} data-problem=${id}>
    <${Glyph} of=${problem.state} />
    <div class="what">
      <p class="said">
        ${ui.isScripted ? html`<button type="button" class="plain" aria-current=${isCurrent ? "true" : "false"} onClick=${select}>${title}</button>` : title} <${Words} of=${sentence} state=${state} ui=${ui} />
        ${code !== undefined && html` <code class="quiet">${code}</code>`}
      </p>
      <p class="quiet"><${Words} of=${where} state=${state} ui=${ui} /></p>
      ${next !== undefined && html`<p class="next"><${Words} of=${next} state=${state} ui=${ui} /></p>`}
      ${command !== undefined && html`<${CommandLine} of=${command} ui=${ui} act=${act} />`}
    </div>
    <p class="when quiet">${whenOf(problem, { state, ui })}</p>
  </li>`;
}

function whenOf({ since }: PageProblem, { state, ui }: Pick<PageProps, "state" | "ui">): VNode | undefined {
  if (since === undefined) return undefined;
  const say = since.kind === "ago" ? agoTime : sinceTime;
  return html`<${Time} at=${since.time} said=${say(since.time, ui.now, clockOf(state))} />`;
}
