/** The first `url` of `[remote "origin"]` in a Git configuration file. https://git-scm.com/docs/git-config#_syntax */
export function originIn(config: string): string | undefined {
  let isOrigin = false;
  for (const line of config.replace(/\\\r?\n/g, "").split(/\r?\n/)) {
    const section = /^\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]\s*(.*)$/.exec(line);
    const rest = section === null ? line : (section[3] ?? "");
    if (section !== null) isOrigin = section[1]?.toLowerCase() === "remote" && section[2] === "origin";
    const entry = isOrigin ? /^\s*url\s*=\s*(.*)$/i.exec(rest) : null;
    const url = entry === null ? "" : unquoted(entry[1] ?? "");
    if (url !== "") return url;
  }
  return undefined;
}

/** Without quotes, escapes and a comment at the end. */
function unquoted(written: string): string {
  let value = "";
  let isQuoted = false;
  for (let index = 0; index < written.length; index += 1) {
    const character = written.charAt(index);
    if (character === '"') isQuoted = !isQuoted;
    else if (character === "\\") value += written.charAt(++index);
    else if (!isQuoted && (character === "#" || character === ";")) break;
    else value += character;
  }
  return value.trim();
}

/**
 * The path of a remote's URL, without slashes at its ends and without `.git`: `git@h:org/repo.git` gives `org/repo`.
 * `undefined` where the URL has no path, or is one below the working folder, which says nothing of where it is.
 */
export function remotePath(url: string): string | undefined {
  const path = pathOf(url);
  return path === undefined
    ? undefined
    : path
        .replace(/^\/+|\/+$/g, "")
        .replace(/\.git$/, "")
        .replace(/\/+$/, "") || undefined;
}

function pathOf(url: string): string | undefined {
  if (/^[A-Za-z][\w+.-]*:\/\//.test(url)) {
    if (!URL.canParse(url)) return undefined;
    try {
      return decodeURIComponent(new URL(url).pathname);
    } catch {
      return new URL(url).pathname;
    }
  }
  // A drive of Windows.
  if (/^[A-Za-z]:[\\/]/.test(url)) return undefined;
  const scp = /^(?:[^/:@]+@)?(?:\[[^\]]+\]|[^/:@[]+):(.*)$/.exec(url);
  if (scp !== null) return scp[1];
  return url.startsWith("/") ? url : undefined;
}
