/** The process behind `synth`: arguments are the configuration, the folder of the app, the stage, a scratch folder and where to write to. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { importConfig, importRun, PLATFORM_REQUIRE } from "./config-bundle.ts";
import type { Inputs } from "./infrastructure.ts";
import { mockAws } from "./mock-aws.ts";
import { startMockCli } from "./mock-cli.ts";
import { PLATFORM } from "./paths.ts";
import { unwrap } from "./wire-values.ts";

const [, , config = "", root = "", stage = "", folder = "", output = ""] = process.argv;
const REGION = "eu-central-1";

interface Pulumi {
  output(value: unknown): { apply(use: (value: unknown) => void): void };
  readonly runtime: {
    setMocks(mocks: object, project: string, stack: string, preview: boolean): Promise<void>;
    runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>;
    registerStackTransformation(see: (resource: Registration) => undefined): void;
    getMonitor(): { readonly resources: ReadonlyMap<string, { readonly state?: unknown }> };
    /** Waits for every registration that is on its way. */
    disconnect(): Promise<void>;
  };
}

interface Registration {
  readonly type: string;
  readonly name: string;
  readonly opts: { readonly retainOnDelete?: boolean };
}

const pulumi: Pulumi = PLATFORM_REQUIRE("@pulumi/pulumi");
const cli = await startMockCli(root, folder);
process.env["SST_SERVER"] = cli.url;
try {
  const { app: describe } = await importConfig(config);
  const app: Inputs = { removal: "retain", ...(await describe({ stage })), stage };
  const mocks = mockAws(REGION);
  await pulumi.runtime.setMocks(mocks, app["name"], stage, false);

  const run = await importRun(config, root, {
    $app: app,
    $cli: {
      command: "deploy",
      dev: false,
      paths: { home: folder, root, work: folder, platform: PLATFORM },
      state: { version: {} },
    },
    $dev: false,
  });
  const retained = new Set<string>();
  let returned: unknown;
  await pulumi.runtime.runInPulumiStack(async () => {
    returned = await run(() => {
      pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
        if (opts.retainOnDelete === true) retained.add(`${type} ${name}`);
        return undefined;
      });
    });
    return returned;
  });
  const monitor = pulumi.runtime.getMonitor();
  await pulumi.runtime.disconnect();
  const outputs = await new Promise((resolve) => pulumi.output(returned).apply(resolve));
  const infrastructure = {
    app,
    resources: mocks.resources.map((resource) => ({
      ...resource,
      retainOnDelete: retained.has(`${resource.type} ${resource.name}`),
    })),
    builds: cli.builds,
    links: linksIn(monitor.resources),
    outputs,
  };
  writeFileSync(path.resolve(output), JSON.stringify(infrastructure));
} finally {
  cli.close();
}

function linksIn(resources: ReadonlyMap<string, { readonly state?: unknown }>): object {
  const references = [...resources].filter(([urn]) => urn.includes("sst:sst:LinkRef::"));
  const links = references.map(([, { state }]) => {
    const { target, properties } = unwrap(plain(state)) as { target: string; properties: object };
    return [target, properties] as const;
  });
  return Object.fromEntries(links);
}

/** The mock monitor keeps some states as protobuf structures. */
function plain(state: unknown): unknown {
  const structure = state as { toJavaScript?: () => unknown } | undefined;
  return structure?.toJavaScript?.() ?? state;
}
