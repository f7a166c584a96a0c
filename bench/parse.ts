import { parse } from "@specdrop/spec";
import { Bench } from "tinybench";
import { stringify } from "yaml";

/** Prints how many resources per second `parse` reads and validates; medians, one row for each size and format. */
async function main(): Promise<void> {
  const bench = new Bench({ time: 1_000, warmupTime: 300 });
  const sizes = new Map<string, { resources: number; bytes: number }>();
  for (const resources of [10, 1_000, 2_000]) {
    const document = documentOf(resources);
    for (const [format, text] of [
      ["YAML", stringify(document)],
      ["JSON", JSON.stringify(document, null, 2)],
    ] as const) {
      const name = `${format} ${resources}`;
      if (parse(text, "-").document === undefined) throw new Error(`the ${name} document is not valid`);
      sizes.set(name, { resources, bytes: text.length });
      bench.add(name, () => parse(text, "-"));
    }
  }
  await bench.run();
  const rows = bench.tasks.map(({ name, result }) => {
    const { resources = 0, bytes = 0 } = sizes.get(name) ?? {};
    if (!("latency" in result)) throw new Error(`${name} was not measured`);
    const milliseconds = result.latency.p50;
    return {
      document: name,
      KiB: Math.round(bytes / 1_024),
      "median ms": Number(milliseconds.toFixed(2)),
      "resources/s": Math.round((resources / milliseconds) * 1_000),
    };
  });
  console.table(rows);
}

function documentOf(resources: number): object {
  const responses = Array.from({ length: resources }, (_, n) => [
    `response${n}`,
    {
      IntegrationId: `int${n}`,
      IntegrationResponseKey: "$default",
      ResponseTemplates: { $default: `{"type":"reply","number":${n}}` },
      ResponseParameters: { "method.response.header.Content-Type": "'application/json'" },
      TemplateSelectionExpression: "\\$default",
    },
  ]);
  return { ApiId: "a1b2c3d4e5", IntegrationResponses: Object.fromEntries(responses) };
}

await main();
