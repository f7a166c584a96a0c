import type { VNode } from "preact";
import { type ResponseStanding, STATE_WORDS, STATES, type StateCounts } from "../state.ts";
import { fullTime, type PageClock } from "./clock.ts";
import { Glyph } from "./glyphs.ts";
import { html } from "./html.ts";
import { CommandLine, Words } from "./text.ts";
import type { PageProps } from "./ui.ts";

const DAY_MS = 86_400_000;

/** Whether what the page says may no longer be true: nobody has looked since. */
export function isPast({ state, ui }: Pick<PageProps, "state" | "ui">): boolean {
  return ui.connection.kind === "lost" || Date.parse(ui.now) - Date.parse(state.at) > DAY_MS;
}

/** Is everything live? One sentence, the bar, and the counts. */
export function Verdict({ state, ui, act }: PageProps): VNode {
  const { verdict, counts } = state;
  const past = isPast({ state, ui });
  const glyph = past && verdict.state !== undefined ? "unproven" : verdict.state;
  const time =
    state.where.kind === "snapshot" ? (at: string, _now: string, clock: PageClock) => fullTime(at, clock) : undefined;
  return html`<section class=${past ? "verdict past" : "verdict"} aria-labelledby="verdict">
    ${glyph !== undefined && html`<${Glyph} of=${glyph} size="large" />`}
    <div>
      <h1 id="verdict" tabindex="-1"><${Words} of=${past ? verdict.past : verdict.headline} state=${state} ui=${ui} /></h1>
      <p class="line"><${Words} of=${verdict.line} state=${state} ui=${ui} ...${time === undefined ? {} : { time }} /></p>
      ${state.banners.map(
        (banner) => html`<div class="banner" key=${banner.kind}>
          <p><${Words} of=${banner.sentence} state=${state} ui=${ui} /></p>
          ${banner.command !== undefined && html`<${CommandLine} of=${banner.command} ui=${ui} act=${act} />`}
        </div>`,
      )}
      ${verdict.kind !== "empty" && html`<${Bar} counts=${counts} />`}
      ${verdict.kind !== "empty" && html`<${Legend} state=${state} ui=${ui} act=${act} />`}
    </div>
  </section>`;
}

const GAP = 0.3;
/** A state that has any responses is seen, however few they are. Percent of the bar. */
const LEAST = 0.8;

/** The shares of the bar in percent, in the order of the states; they add up to 100 with the gaps. */
export function sharesOf(
  counts: StateCounts,
): readonly { readonly state: ResponseStanding; readonly x: number; readonly width: number }[] {
  const present = STATES.filter((state) => counts[state] > 0);
  const total = present.reduce((sum, state) => sum + counts[state], 0);
  const room = 100 - GAP * Math.max(0, present.length - 1);
  const wanted = present.map((state) => Math.max(LEAST, (counts[state] / total) * room));
  const sum = wanted.reduce((one, other) => one + other, 0);
  let x = 0;
  return present.map((state, index) => {
    const width = ((wanted[index] ?? 0) / sum) * room;
    const share = { state, x, width };
    x += width + GAP;
    return share;
  });
}

function Bar({ counts }: { readonly counts: StateCounts }): VNode {
  return html`<svg class="bar" width="100%" height="6" aria-hidden="true">
    ${sharesOf(counts).map(
      ({ state, x, width }) =>
        html`<rect key=${state} class=${`s-${state}`} x=${`${x.toFixed(2)}%`} width=${`${width.toFixed(2)}%`} y="0" height="6" />`,
    )}
  </svg>`;
}

function Legend({ state: { counts }, ui, act }: PageProps): VNode {
  const present = STATES.filter((state) => counts[state] > 0);
  return html`<ul class="legend">
    ${present.map((state) => {
      const content = html`<${Glyph} of=${state} /><b>${counts[state].toLocaleString("en")}</b> ${STATE_WORDS[state]}`;
      if (!ui.isScripted) return html`<li key=${state}>${content}</li>`;
      const isPressed = ui.only === state ? "true" : "false";
      return html`<li key=${state}><button type="button" aria-pressed=${isPressed} onClick=${() => act({ kind: "only", state })}>${content}</button></li>`;
    })}
  </ul>`;
}
