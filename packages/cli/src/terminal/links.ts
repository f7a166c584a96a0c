/** Values of TERM_PROGRAM of terminals that show OSC 8 links. */
const PROGRAMS: ReadonlySet<string | undefined> = new Set([
  "Hyper",
  "WezTerm",
  "ghostty",
  "iTerm.app",
  "vscode",
  "zed",
]);
/** The same for TERM. */
const TERMS: ReadonlySet<string | undefined> = new Set(["alacritty", "foot", "xterm-ghostty", "xterm-kitty"]);
/** The first version of VTE whose links work is 0.50.1: 0.50.0 crashes on them. */
const LEAST_VTE = 5001;

/**
 * Whether a stream is a terminal that shows OSC 8 links. FORCE_HYPERLINK=1 or 0 decides; otherwise the terminal has to
 * be a known one, on this machine: a link to a file leads nowhere through SSH.
 */
export function hasLinks({ isTTY }: Pick<NodeJS.WriteStream, "isTTY">, env: NodeJS.ProcessEnv = process.env): boolean {
  const forced = env["FORCE_HYPERLINK"];
  if (forced !== undefined && forced !== "") return forced !== "0";
  if (!isTTY || env["CI"] !== undefined || env["SSH_CONNECTION"] !== undefined || env["TERM"] === "dumb") return false;
  return (
    env["WT_SESSION"] !== undefined ||
    PROGRAMS.has(env["TERM_PROGRAM"]) ||
    TERMS.has(env["TERM"]) ||
    Number(env["VTE_VERSION"] ?? 0) >= LEAST_VTE
  );
}
