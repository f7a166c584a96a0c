/*
 * A Block Kit message as a web page: near enough to Slack's look to be judged by a person.
 */

interface Text {
  readonly type: "plain_text" | "mrkdwn";
  readonly text: string;
}

interface Block {
  readonly type: string;
  readonly text?: Text;
  readonly fields?: readonly Text[];
  readonly elements?: readonly (Text | { readonly type: "button"; readonly text: Text })[];
}

/** As far as it is drawn. */
export interface Message {
  readonly text: string;
  readonly blocks: readonly Block[];
}

const STYLE = `
  * { box-sizing: border-box; margin: 0 }
  body { background: #fff; color: #1d1c1d; font: 15px/1.46 "Liberation Sans", "DejaVu Sans", "Noto Color Emoji", sans-serif; width: 720px }
  .message { display: flex; gap: 10px; padding: 14px 20px }
  .avatar { background: #2f5d50; border-radius: 6px; color: #fff; flex: none; font-size: 20px; font-weight: bold; height: 36px; line-height: 36px; text-align: center; width: 36px }
  .body { flex: 1; min-width: 0 }
  .by { font-weight: 900 } .by span { background: #eee; border-radius: 3px; color: #616061; font-size: 10px; margin: 0 5px; padding: 1px 4px } .by time { color: #616061; font-size: 12px; font-weight: normal }
  h1 { font-size: 18px; line-height: 1.3; margin: 8px 0 4px }
  p, .fields, .actions, .context { margin: 6px 0; overflow-wrap: anywhere }
  .fields { display: grid; gap: 8px 16px; grid-template-columns: 1fr 1fr }
  code { background: #f6f6f6; border: 1px solid #ddd; border-radius: 3px; color: #c01343; font: 12px "Liberation Mono", "DejaVu Sans Mono", "Noto Color Emoji", monospace; padding: 2px 3px }
  pre { background: #f6f6f6; border: 1px solid #ddd; border-radius: 4px; font: 12px/1.5 "Liberation Mono", "DejaVu Sans Mono", monospace; margin: 4px 0; padding: 8px; white-space: pre-wrap }
  a { color: #1264a3; text-decoration: none }
  .actions { display: flex; gap: 8px } .actions span { border: 1px solid #bbb; border-radius: 4px; font-size: 13px; font-weight: bold; padding: 4px 12px }
  .context { color: #616061; font-size: 13px } .context code { color: #616061 }
`;

/** All messages below each other, each in an element of its own with its name as the id. */
export function pageOf(messages: Readonly<Record<string, Message>>): string {
  const drawn = Object.entries(messages).map(([name, message]) => messageOf(name, message));
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>${drawn.join("\n")}`;
}

function messageOf(name: string, { blocks }: Message): string {
  const by = `<div class="by">specdrop<span>APP</span><time>12:00</time></div>`;
  return `<div class="message" id="${name}"><div class="avatar">s</div><div class="body">${by}${blocks.map(blockOf).join("")}</div></div>`;
}

function blockOf({ type, text, fields, elements = [] }: Block): string {
  switch (type) {
    case "header":
      return `<h1>${escaped(text?.text ?? "")}</h1>`;
    case "section": {
      const columns = (fields ?? []).map((field) => `<div>${markup(field.text)}</div>`).join("");
      return `${text === undefined ? "" : `<p>${markup(text.text)}</p>`}${columns && `<div class="fields">${columns}</div>`}`;
    }
    case "actions":
      return `<div class="actions">${elements.map((element) => `<span>${escaped(labelOf(element))}</span>`).join("")}</div>`;
    case "context":
      return `<div class="context">${elements.map((element) => markup(labelOf(element))).join(" ")}</div>`;
    default:
      throw new Error(`No picture of a block ${type}`);
  }
}

function labelOf(element: NonNullable<Block["elements"]>[number]): string {
  return typeof element.text === "string" ? element.text : element.text.text;
}

/** Slack's markup as HTML; what it escapes, HTML escapes too. */
function markup(text: string): string {
  return text
    .split(/(```[\s\S]*?```|`[^`\n]*`)/)
    .map((part) => {
      if (part.startsWith("```")) return `<pre>${part.slice(3, -3).trim()}</pre>`;
      if (part.startsWith("`")) return `<code>${part.slice(1, -1)}</code>`;
      return part
        .replace(/<(https?:[^|>]*)\|([^>]*)>/g, "<a>$2</a>")
        .replace(/\*([^*\n]+)\*/g, "<b>$1</b>")
        .replaceAll("\n", "<br>");
    })
    .join("");
}

function escaped(text: string): string {
  return text
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
