/** A plan's Markdown as a page that looks like a comment on GitHub: only what such a plan has, with every block open. */
export function htmlOf(markdown: string): string {
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><body><header><b>github-actions</b> <small>bot</small> commented</header><main>${bodyOf(markdown)}</main></body>`;
}

const STYLE = `
body{width:860px;margin:0;font:14px/1.5 "Liberation Sans",Arial,sans-serif;color:#1f2328;border:1px solid #d1d9e0;border-radius:6px}
header{background:#f6f8fa;border-bottom:1px solid #d1d9e0;padding:8px 16px;color:#59636e}
small{border:1px solid #d1d9e0;border-radius:2em;padding:0 7px}
main{padding:4px 16px 12px}h3{font-size:17px;margin:12px 0}
code{background:#eff1f3;border-radius:6px;padding:.15em .4em;font:12px "DejaVu Sans Mono",monospace}
pre{background:#f6f8fa;border-radius:6px;padding:10px 14px;font:12px/1.45 "DejaVu Sans Mono",monospace;white-space:pre-wrap;margin:8px 0}
pre div{padding:0 6px;min-height:1.45em}.add{background:#dafbe1;color:#116329}.del{background:#ffebe9;color:#82071e}.chg{color:#953800}
summary{margin:4px 0}ul{padding-left:24px}`;

const CLASSES: Readonly<Record<string, string>> = { "+": "add", "-": "del", "!": "chg" };

function bodyOf(markdown: string): string {
  const html: string[] = [];
  let fence: { readonly mark: string; readonly isDiff: boolean } | undefined;
  for (const line of markdown.split("\n")) {
    const [, mark, language] = /^(`{3,})(\w*)$/.exec(line) ?? [];
    if (fence !== undefined && line === fence.mark) {
      html.push("</pre>");
      fence = undefined;
    } else if (fence !== undefined) {
      const name = fence.isDiff ? (CLASSES[line[0] ?? ""] ?? "") : "";
      html.push(`<div class="${name}">${escaped(line)}</div>`);
    } else if (mark !== undefined) {
      fence = { mark, isDiff: language === "diff" };
      html.push("<pre>");
    } else html.push(blockOf(line));
  }
  return html.join("");
}

function blockOf(line: string): string {
  // Our own HTML, with its names escaped.
  if (/^<\/?details/.test(line)) return line.replace("<details>", "<details open>");
  if (line.startsWith("### ")) return `<h3>${inline(line.slice(4))}</h3>`;
  if (line.startsWith("- ")) return `<ul><li>${inline(line.slice(2))}</li></ul>`;
  return line === "" ? "" : `<p>${inline(line)}</p>`;
}

function inline(text: string): string {
  return escaped(text)
    .replace(/(`+)(.+?)\1/g, "<code>$2</code>")
    .replace(/\*\*(.+?)\*\*/g, "<b>$1</b>");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
