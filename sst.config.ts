/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app(input) {
    const production = input.stage === "production";
    return {
      name: "specdrop",
      version: "4.17.1", // SST refuses to run under another version of its command line.
      home: "aws",
      removal: production ? "retain" : "remove",
      protect: production,
      providers: { aws: { defaultTags: { tags: { app: "specdrop", stage: input.stage } } } },
      types: { ignore: ["packages"] }, // Only functions/ may read what is linked.
    };
  },

  // SST refuses imports at the top of this file.
  async run() {
    const { readSettings, specdrop } = await import("./infra/specdrop.ts");
    // What an operator may set, in the environment or in .env: docs/operate.md has the list.
    const settings = readSettings(process.env);
    const { outputs } = await specdrop({
      ...settings,
      name: "", // The app is nothing but specdrop.
      sources: "functions/src",
    });
    return outputs;
  },
});
