interface HttpRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

type Next = (args: { readonly request: HttpRequest }) => Promise<unknown>;

/** As much of an SDK client's middleware stack as is needed here; its own types differ from client to client. */
interface StackAnswer {
  add(middleware: (next: Next) => Next, options: { readonly step: "finalizeRequest"; readonly name: string }): void;
}

/** Where a client's last request went: what the SDK made of its environment and config. `undefined` before the first. */
export function watchEndpoint(client: { readonly middlewareStack: unknown }): () => string | undefined {
  let seen: string | undefined;
  const watch = (next: Next) => (args: Parameters<Next>[0]) => {
    const { protocol, hostname, port } = args.request;
    seen = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
    return next(args);
  };
  (client.middlewareStack as StackAnswer).add(watch, { step: "finalizeRequest", name: "watchEndpoint" });
  return () => seen;
}
