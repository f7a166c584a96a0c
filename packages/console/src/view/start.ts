import type { VNode } from "preact";
import { type ResponseStanding, STATE_WORDS } from "../state.ts";
import { Glyph } from "./glyphs.ts";
import { html } from "./html.ts";
import { CommandLine, Words } from "./text.ts";
import type { PageProps } from "./ui.ts";

const WAY: readonly (readonly [string, string])[] = [
  ["Route", "leads what a client sends to an integration"],
  ["Integration", "the backend that replies: HTTP, Lambda, AWS or mock"],
  ["Response key", "chosen by what the backend replied"],
  ["Template", "turns the reply into the frame"],
  ["Route response", "without one, nothing goes back"],
  ["Stage", "clients see changes after a deployment"],
];

const MEANINGS: readonly (readonly [ResponseStanding, string])[] = [
  ["live", "in AWS as declared, and deployed"],
  ["pending", "waits for a deployment"],
  ["drifted", "changed in AWS"],
  ["failed", "AWS refused it"],
  ["blocked", "something else is in the way"],
  ["unproven", "not compared"],
];

/** The page of those who have no document yet. */
export function Start({ state, ui, act }: PageProps): VNode {
  return html`<div class="start">
    <ol class="begin">
      ${(state.start ?? []).map(
        ({ sentence, command }, index) => html`<li key=${index}>
          <p><${Words} of=${sentence} state=${state} ui=${ui} /></p>
          <${CommandLine} of=${command} ui=${ui} act=${act} label=${`command ${index + 1}`} />
        </li>`,
      )}
    </ol>
    <h2>What this page will show: the way of a message</h2>
    <ol class="box columns">${WAY.map(([name, does]) => html`<li key=${name}><b>${name}</b> <span class="quiet">${does}</span></li>`)}</ol>
    <ul class="meanings">${MEANINGS.map(([stands, means]) => html`<li key=${stands}><${Glyph} of=${stands} /><b>${STATE_WORDS[stands]}</b> <span class="quiet">${means}</span></li>`)}</ul>
  </div>`;
}
