import { Argument, Command, InvalidArgumentError, Option } from "commander";
import manifest from "../package.json" with { type: "json" };
import type { Terminal } from "./terminal.ts";

/** The command line. Each command is loaded when it is called: `--help` and `validate` start without the AWS SDK. */
export function createProgram(terminal: Terminal, exitWith: (code: number) => void): Command {
  const program = new Command("specdrop")
    .description("API Gateway WebSocket integration responses from spec documents.")
    .version(manifest.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print what a command does")
    .helpCommand("help [command]", "print what a command does")
    .option("--debug", "print stack traces")
    .showHelpAfterError("(--help shows what there is)")
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  examples(program, ["specdrop validate specs/", "specdrop plan specs/chat.yaml", "specdrop demo"]);

  const validate = program
    .command("validate")
    .summary("check documents, without AWS")
    .description(
      "Checks documents without AWS. Exit code 0: no errors; 1: errors; 2: wrong usage, or a PATH that does not exist.",
    )
    .addArgument(
      new Argument("<PATH...>", "files, folders (every .yaml, .yml and .json below), or - for standard input"),
    )
    .addOption(
      new Option("--format <format>", "how to report").choices(["pretty", "json", "github", "sarif"]).default("pretty"),
    )
    .option("--strict", "treat warnings as errors")
    .action(async (paths, options) => {
      const command = await import("./commands/validate.ts");
      exitWith(await command.validate(paths, options, terminal));
    });
  examples(validate, [
    "specdrop validate chat.yaml",
    "specdrop validate --strict specs/",
    "specdrop validate --format sarif specs/ > specdrop.sarif",
    "cat chat.yaml | specdrop validate --format json -",
  ]);

  const plan = onDocument(program.command("plan"))
    .summary("show what apply would change; touches nothing")
    .description("Compares a document with what AWS has, and shows what apply would change. Touches nothing.")
    .option("--detailed-exitcode", "exit 2 where there are changes, 0 where there are none")
    .action(async (path, options) => {
      const command = await import("./commands/plan.ts");
      exitWith(await command.plan(path, options, terminal));
    });
  examples(plan, [
    "specdrop plan chat.yaml",
    "specdrop plan --ledger dynamodb:specdrop-prod chat.yaml",
    "specdrop plan --detailed-exitcode chat.yaml",
    "specdrop plan --json chat.yaml | jq '.[].data.summary'",
  ]);

  const apply = onDocument(program.command("apply"))
    .summary("make AWS match a document")
    .description(
      "Makes AWS match a document, and deletes what an earlier revision of it created and this one no longer has.",
    )
    .action(async (path, options) => {
      const command = await import("./commands/apply.ts");
      exitWith(await command.apply(path, options, terminal));
    });
  examples(apply, [
    "specdrop apply chat.yaml",
    "specdrop apply --json chat.yaml > result.json",
    "AWS_ENDPOINT_URL=http://127.0.0.1:4566 specdrop apply chat.yaml   # against specdrop dev",
  ]);

  const withdraw = onDocument(program.command("withdraw"))
    .summary("delete what a document created")
    .description(
      "Deletes what a document created and lets go of what it adopted, as if the document itself were deleted.\nThe file need not exist any more: its path says which document is meant.",
    )
    .action(async (path, options) => {
      const command = await import("./commands/withdraw.ts");
      exitWith(await command.withdraw(path, options, terminal));
    });
  examples(withdraw, ["specdrop withdraw chat.yaml", "specdrop withdraw --json chat.yaml"]);

  const dev = program
    .command("dev")
    .summary("run the embedded stack until stopped")
    .description(
      "Runs the whole pipeline on this machine: S3, EventBridge, SQS, DynamoDB and Cloud Control on one port.",
    )
    .addOption(
      new Option("--port <number>", "where to listen on 127.0.0.1; 0 takes a free one").default(4566).argParser(port),
    )
    .action(async (options) => {
      const command = await import("./commands/dev.ts");
      exitWith(await command.dev(options, terminal));
    });
  examples(dev, [
    "specdrop dev",
    "specdrop dev --port 0",
    "aws --endpoint-url http://127.0.0.1:4566 s3 cp chat.yaml s3://specs/   # in another terminal",
  ]);

  const demo = program
    .command("demo")
    .summary("the whole job once, on this machine")
    .description("Drops the examples into an embedded stack one after another, and shows what becomes of each.")
    .action(async () => {
      const command = await import("./commands/demo.ts");
      exitWith(await command.demo(terminal));
    });
  examples(demo, ["specdrop demo", "NO_COLOR=1 specdrop demo"]);

  return program;
}

function onDocument(command: Command) {
  return command
    .addArgument(new Argument("<PATH>", "the document; its path below the working folder is its name in the ledger"))
    .option("--ledger <ledger>", "a file, or dynamodb:TABLE", ".specdrop/ledger.json")
    .option("--json", "print one JSON document on stdout and nothing else")
    .addHelpText(
      "after",
      "\nEndpoint, region and credentials are the AWS SDK's own: AWS_ENDPOINT_URL, AWS_REGION, AWS_PROFILE, …",
    );
}

function examples(command: Command, lines: readonly string[]): void {
  command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError("It has to be a number from 0 to 65535.");
  return number;
}
