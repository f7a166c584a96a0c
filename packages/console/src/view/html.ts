import htm from "htm";
import { h, type VNode } from "preact";

type Tag = (strings: TemplateStringsArray, ...values: unknown[]) => VNode;

/** Markup without a build step: `html\`<p class=${name}>…</p>\`` makes what preact renders, in Node and in the browser. */
export const html: Tag = (htm as unknown as { bind(create: unknown): Tag }).bind(h);

/** What a component may return or hold. */
export type Content = VNode | string | number | null | undefined | false | readonly Content[];
