import { visible } from "@specdrop/spec/visible";
import type { VNode } from "preact";
import type { Command, ConsoleState, Sentence } from "../state.ts";
import { LOCAL_CLOCK, type PageClock, shortTime, UTC_CLOCK } from "./clock.ts";
import { html } from "./html.ts";
import type { PageAct, PageUi } from "./ui.ts";

/** A snapshot is read in UTC wherever it is opened. */
export function clockOf({ where }: ConsoleState): PageClock {
  return where.kind === "dev" ? LOCAL_CLOCK : UTC_CLOCK;
}

interface SentenceProps {
  readonly of: Sentence;
  readonly state: ConsoleState;
  readonly ui: PageUi;
  /** How a time is said; short without it. */
  readonly time?: (time: string, now: string, clock: PageClock) => string;
}

/** A sentence with its names in the monospaced font, and its times as the reader's clock has them. */
export function Words({ of, state, ui, time = shortTime }: SentenceProps): VNode {
  const clock = clockOf(state);
  return html`${of.map((span) => {
    if (typeof span === "string") return visible(span);
    if ("code" in span) return html`<code>${visible(span.code)}</code>`;
    return html`<${Time} at=${span.time} said=${time(span.time, ui.now, clock)} />`;
  })}` as unknown as VNode;
}

export function Time({ at, said }: { readonly at: string; readonly said: string }): VNode {
  return html`<time datetime=${at}>${said}</time>`;
}

/** A sentence as plain text, for a title or a name. */
export function plainText(of: Sentence, state: ConsoleState): string {
  const clock = clockOf(state);
  return of
    .map((span) => {
      if (typeof span === "string") return visible(span);
      return "code" in span ? visible(span.code) : shortTime(span.time, state.at, clock);
    })
    .join("");
}

interface CommandProps {
  readonly of: Command;
  readonly ui: PageUi;
  readonly act: PageAct;
  /** What the command is for: it names the button. */
  readonly label?: string;
}

/** A command to copy. Nothing is shown in its place where it cannot be written safely. */
export function CommandLine({ of, ui, act, label = "the command" }: CommandProps): VNode {
  if ("refused" in of) {
    return html`<p class="command refused">A name in this command cannot be written safely in a shell.</p>`;
  }
  return html`<div class="command">
    <code>${visible(of.text)}</code>
    ${
      ui.isScripted &&
      html`<button type="button" aria-label=${`${ui.copied === of.text ? "Copied" : "Copy"} ${label}`} onClick=${() => act({ kind: "copy", text: of.text })}>
      ${ui.copied === of.text ? "Copied" : "Copy"}
    </button>`
    }
  </div>`;
}
