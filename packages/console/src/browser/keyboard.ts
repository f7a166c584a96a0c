import type { PageAct, PageProps } from "../view/ui.ts";

interface Reader {
  readonly act: PageAct;
  readonly read: () => Pick<PageProps, "state" | "ui">;
}

/** The keys of the page. None acts while a field has the focus, and none with a modifier. */
export function listenToKeys({ act, read }: Reader): void {
  document.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { state, ui } = read();
    if (isField(event.target)) {
      if (key === "Escape") leaveField(event.target, act);
      return;
    }
    if (key === "Escape") return act({ kind: "close" });
    if (key.startsWith("Arrow")) {
      if (moveTo(key, event.target)) event.preventDefault();
      return;
    }
    if (!ui.hasKeys) return;
    switch (key) {
      case "/":
        if (focus("#filter")) event.preventDefault();
        return;
      case "?":
        return act({ kind: "help" });
      case "n":
      case "p": {
        const { problems } = state;
        const at = problems.findIndex(({ id }) => id === ui.problemId);
        const next = problems[key === "n" ? Math.min(at + 1, problems.length - 1) : Math.max(at - 1, 0)];
        if (next === undefined) return;
        act({ kind: "problem", id: next.id });
        queueMicrotask(() => document.querySelector<HTMLElement>(".problem.current button")?.focus());
        return;
      }
      case "d":
      case "t":
      case "h":
        if (ui.selected !== undefined)
          act({ kind: "tab", tab: key === "d" ? "difference" : key === "t" ? "try" : "history" });
        return;
      case "c": {
        const problem = state.problems.find(({ id }) => id === ui.problemId);
        if (problem?.command !== undefined && "text" in problem.command)
          act({ kind: "copy", text: problem.command.text });
      }
    }
  });
}

function isField(target: EventTarget | null): target is HTMLElement {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

/** Clears the filter first; then the field lets go of the focus. */
function leaveField(field: HTMLElement, act: PageAct): void {
  if (field instanceof HTMLInputElement && field.id === "filter" && field.value !== "")
    act({ kind: "filter", text: "" });
  else field.blur();
}

function focus(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.focus();
  return found !== null;
}

/** Moves from cell to cell by where they stand. Returns whether there was one to go to. */
function moveTo(key: string, target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement) || target.dataset["cell"] === undefined) return false;
  const cells = [...document.querySelectorAll<HTMLElement>("[data-cell]")];
  const from = target.getBoundingClientRect();
  const isAcross = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowDown" || key === "ArrowRight" ? 1 : -1;
  let best: { readonly cell: HTMLElement; readonly distance: number } | undefined;
  for (const cell of cells) {
    if (cell === target) continue;
    const to = cell.getBoundingClientRect();
    const along = sign * (isAcross ? to.left - from.left : to.top - from.top);
    const aside = Math.abs(isAcross ? to.top - from.top : to.left - from.left);
    if (along <= 1) continue;
    if (isAcross && aside > from.height) continue;
    const distance = along + 4 * aside;
    if (best === undefined || distance < best.distance) best = { cell, distance };
  }
  best?.cell.focus();
  return best !== undefined;
}
