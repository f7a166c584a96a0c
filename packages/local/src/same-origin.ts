import type { IncomingHttpHeaders } from "node:http";

/** Why a request is refused. */
export interface Refusal {
  readonly status: 403 | 421;
  readonly message: string;
}

/** Names that always mean this machine; bucket names stand before `localhost` in S3's virtual-hosted addresses. */
const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z\d_-][a-z\d._-]*\.)?localhost)$/i;

/**
 * Refuses what a web page may have sent. A page whose own name was made to lead to this machine (DNS rebinding) is known
 * by its Host; a page of another site by Origin or Sec-Fetch-Site, which browsers add and pages cannot change. Clients
 * that are no browsers send neither.
 */
export function refusalOf({ host = "", origin, ...others }: IncomingHttpHeaders, port: number): Refusal | undefined {
  const [, name = "", given = "80"] = /^(.*?)(?::(\d+))?$/.exec(host) ?? [];
  if (!LOOPBACK.test(name) || given !== String(port)) {
    return {
      status: 421,
      message: `This port answers requests to 127.0.0.1:${port} and localhost:${port} only. Use one of these addresses.`,
    };
  }
  const site = others["sec-fetch-site"] ?? "none";
  const isOwn = origin === undefined || origin.toLowerCase() === `http://${host.toLowerCase()}`;
  if (isOwn && (site === "same-origin" || site === "none")) return undefined;
  return {
    status: 403,
    message:
      "This request comes from a web page of another origin, and is refused. Send it from a program that is not a browser.",
  };
}
