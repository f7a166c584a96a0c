import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Build } from "./infrastructure.ts";
import { ACCOUNT } from "./mock-aws.ts";

/** The JSON-RPC server that SST's command line runs next to the components, as far as they call it here. */
export async function startMockCli(root: string, folder: string) {
  const builds: Build[] = [];

  const methods: Readonly<Record<string, (params: never) => unknown>> = {
    "Provider.Aws.Bootstrap": () => ({
      asset: "sst-asset",
      state: "sst-state",
      assetEcrRegistryId: ACCOUNT,
      assetEcrUrl: "sst-asset-ecr",
    }),
    "Runtime.Build": (build: Build) => {
      builds.push(build);
      const { dir, name, ext } = path.parse(build.handler);
      if (build.bundle !== undefined) {
        // The code as it is. SST puts what is linked beside it.
        const isThere = existsSync(path.join(build.bundle, dir, `${name}.mjs`));
        writeFileSync(path.join(build.bundle, "resource.enc"), "");
        const errors = isThere ? [] : [`no file for ${build.handler} in ${build.bundle}`];
        return { handler: build.handler, out: build.bundle, sourcemaps: [], errors };
      }
      const out = path.join(folder, "artifacts", `${build.functionID}-src`);
      mkdirSync(out, { recursive: true });
      writeFileSync(path.join(out, "bundle.mjs"), "export const handler = () => {};\n");
      const isThere = existsSync(path.join(root, dir, `${name}.ts`));
      return { handler: `bundle${ext}`, out, sourcemaps: [], errors: isThere ? [] : [`no file for ${build.handler}`] };
    },
  };

  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method, params } = JSON.parse(body);
      const answer = methods[method]?.(params[0] as never);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer === undefined ? { error: `no mock of ${method}` } : { result: answer }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, builds, close: () => server.close() };
}
