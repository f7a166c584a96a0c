import { visible } from "@specdrop/spec/visible";
import htm from "htm";
import { h, type VNode } from "preact";

type Tag = (strings: TemplateStringsArray, ...values: unknown[]) => VNode;
type CreateElement = (type: unknown, props: unknown, ...children: unknown[]) => VNode;

/** Markup without a build step: `html\`<p class=${name}>…</p>\`` makes what preact renders, in Node and in the browser. */
export const html: Tag = (htm as unknown as { bind(create: CreateElement): Tag }).bind(create);

/** What a component may return or hold. */
export type Content = VNode | string | number | null | undefined | false | readonly Content[];

/** Others chose the names: none of them moves anything, or turns writing round, wherever it stands. */
function create(type: unknown, props: unknown, ...children: unknown[]): VNode {
  if (typeof type !== "string") return (h as CreateElement)(type, props, ...children);
  const { title, "aria-label": label } = (props ?? {}) as Readonly<Record<string, unknown>>;
  const named = {
    ...(typeof title === "string" && { title: shown(title) }),
    ...(typeof label === "string" && { "aria-label": shown(label) }),
  };
  return (h as CreateElement)(
    type,
    title === undefined && label === undefined ? props : { ...(props as object), ...named },
    ...children.map(shown),
  );
}

/** Control characters, and those that `visible` shows as what they are; a line break stays one. */
const UNSEEN = /[^\n -~\u00a0-\u061b\u061d-\u200a\u2010-\u2027\u202f-\u2065\u206a-\ufefe\uff00-\uffff]/;

function shown(child: unknown): unknown {
  if (Array.isArray(child)) return child.map(shown);
  if (typeof child !== "string" || !UNSEEN.test(child)) return child;
  return child.split("\n").map(visible).join("\n");
}
