import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_LEDGER } from "./ledger/default-ledger.ts";
import { VERSION } from "./pages/package-files.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** The command line. Each command is loaded when it is called: `--help` and `validate` start without the AWS SDK. */
export function createProgram(terminal: Terminal, exitWith: (code: number) => void): Command {
  const program = new Command("specdrop")
    .description("Manages API Gateway WebSocket integration responses from spec documents.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help for a command")
    .helpCommand(false)
    .option("--debug", "print stack traces")
    .showHelpAfterError("(run it with --help to see commands and flags)")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.out(text.replace(/\n$/, "")),
      writeErr: (text) => terminal.note(text.replace(/\n$/, "")),
      getOutHelpWidth: () => terminal.columns.out ?? 80,
      getErrHelpWidth: () => terminal.columns.note ?? 80,
    })
    .exitOverride();
  examples(program, ["specdrop validate specs/", "specdrop plan specs/chat.yaml", "specdrop demo"]);

  const validate = program
    .command("validate")
    .summary("check documents, without AWS")
    .description(
      "Checks documents without AWS.\nExit code 0: no errors; 1: errors; 2: wrong usage, or a PATH does not exist.",
    )
    .addArgument(
      new Argument("<PATH...>", "files, folders (every .yaml, .yml and .json below), or - for standard input"),
    )
    .addOption(
      new Option("--format <format>", "how to report").choices(["pretty", "json", "github", "sarif"]).default("pretty"),
    )
    .addOption(new Option("--json", "the same as --format json").conflicts("format"))
    .option("--strict", "treat warnings as errors")
    .addOption(
      new Option("--watch", "check again when a file changes, until Ctrl-C; prints the differences").conflicts([
        "format",
        "json",
      ]),
    )
    .option("--pages <url>", "address of docs/diagnostics, for the links in sarif", url)
    .action(async (paths, options) => {
      const command = await import("./commands/validate.ts");
      const format = options.json ? "json" : options.format;
      exitWith(await command.validate(paths, { ...options, format }, terminal));
    });
  examples(validate, [
    "specdrop validate chat.yaml",
    "specdrop validate --strict specs/",
    "specdrop validate --watch specs/",
    "specdrop validate --json specs/ | jq '.files[] | select(.ok | not)'",
    "specdrop validate --format sarif specs/ > specdrop.sarif",
    "cat chat.yaml | specdrop validate --format json -",
  ]);

  const explain = program
    .command("explain")
    .summary("show what a diagnostic means and how to fix it")
    .description(
      "Shows the page of a diagnostic: its meaning, a wrong example and a right one. Without CODE, lists every code.\nExit code 2: no such code.",
    )
    .addArgument(new Argument("[CODE]", "the code, such as SD2001, sd2001 or 2001"))
    .action(async (code: string | undefined) => {
      const command = await import("./commands/explain.ts");
      exitWith(await command.explainCode(code, terminal));
    });
  examples(explain, ["specdrop explain SD2001", "specdrop explain | grep template"]);

  const init = program
    .command("init")
    .summary("write a first document and a CI file")
    .description(
      "Writes specs/chat.yaml (a valid document with one response and one expectation) and .github/workflows/specdrop.yml at the repository's root (runs validate and test). Overwrites nothing.",
    )
    .addArgument(new Argument("[FOLDER]", "the folder that gets specs/").default("."))
    .option("--api <id>", "the API; without it, an example id that you replace", id)
    .option("--integration <id>", "the integration; without it, an example id that you replace", id)
    .action(async (folder, options) => {
      const command = await import("./commands/init.ts");
      exitWith(await command.init(folder, options, terminal));
    });
  examples(init, [
    "specdrop init",
    "specdrop init --api a1b2c3d4e5 --integration abc1234",
    "specdrop init services/chat",
  ]);

  const preview = program
    .command("preview")
    .summary("show what a client gets for a reply, step by step")
    .description(
      "Follows a backend's reply through a document to the client: the key that matches, the template, and the frame that it renders. Each step shows how certain it is.\nExit code 0, proven or not.",
    )
    .addArgument(new Argument("<DOC>", "the document, or - for standard input"))
    .requiredOption(
      "--reply <json|@file>",
      "the backend's reply: {status, headers, body} or {error}; @- is standard input",
    )
    .option("--request <json|@file>", "the client's message: {routeKey, body}")
    .option("--context <json|@file>", "values of $context")
    .option("--stage-variables <json|@file>", "values of $stageVariables")
    .addOption(
      new Option("--backend <kind>", "the kind of backend").choices(["lambda", "http", "aws", "mock"] as const),
    )
    .option("--integration <id>", "the integration, if the document has several", id)
    .option("--live", "ask AWS for the backend, and whether replies reach clients")
    .option("--json", "print one JSON document on stdout")
    .addHelpText("after", AWS_SETTINGS)
    .action(async (path, options) => {
      const command = await import("./commands/preview.ts");
      exitWith(await command.preview(path, options, terminal));
    });
  examples(preview, [
    `specdrop preview chat.yaml --reply '{"status":404,"body":{"error":"no room"}}'`,
    `specdrop preview chat.yaml --reply '{"error":{"errorMessage":"[403] no"}}'`,
    "specdrop preview chat.yaml --reply @reply.json --backend lambda",
    "specdrop preview chat.yaml --reply @reply.json --context @context.json --live",
  ]);

  const test = program
    .command("test")
    .summary("run the expectations of documents, without AWS")
    .description(
      "Runs the expectations in documents, without AWS. An expectation is unproven where it depends on AWS behaviour that is not known for certain; with --strict, unproven fails.\nExit code 0: none failed; 1: one failed, or a document has errors.",
    )
    .addArgument(
      new Argument("<PATH...>", "files, folders (every .yaml, .yml and .json below), or - for standard input"),
    )
    .addOption(
      new Option("--format <format>", "how to report").choices(["pretty", "json", "junit", "github"]).default("pretty"),
    )
    .option("--strict", "fail if an expectation is unproven")
    .action(async (paths, options) => {
      const command = await import("./commands/test.ts");
      exitWith(await command.test(paths, options, terminal));
    });
  examples(test, [
    "specdrop test examples/",
    "specdrop test --strict specs/",
    "specdrop test --format junit specs/ > tests.xml",
  ]);

  const plan = pruning(onDocuments(program.command("plan")))
    .summary("show what apply would change; changes nothing")
    .description(
      "Compares documents with AWS and shows what apply would change. Changes nothing.\nExit code 1: a document has errors or cannot be applied; the others are still planned.",
    )
    .option("--detailed-exitcode", "exit with 2 if there are changes, 0 if there are none")
    .addOption(
      new Option("--format <format>", "output format; markdown is for comments on pull requests")
        .choices(["pretty", "markdown"] as const)
        .default("pretty" as const)
        .conflicts("json"),
    )
    .option("--with-templates", "with --format markdown, include the templates that apply would create")
    .option(
      "--as <uri>",
      "plan the files as objects at this s3://BUCKET/PREFIX/, as a sync of the folder would upload them",
    )
    .action(async (paths, options) => {
      const command = await import("./commands/plan.ts");
      exitWith(await command.plan(paths, options, terminal));
    });
  examples(plan, [
    "specdrop plan chat.yaml",
    "specdrop plan --prune specs/",
    "specdrop plan --ledger dynamodb:specdrop-prod chat.yaml",
    "specdrop plan --detailed-exitcode chat.yaml",
    "specdrop plan --json chat.yaml | jq '.[].data.summary'",
    "specdrop plan --prune --format markdown specs/ > plan.md",
    "specdrop plan --prune --as s3://my-specs/ --ledger dynamodb:specdrop specs/",
  ]);

  const apply = pruning(asking(onDocuments(program.command("apply"))))
    .summary("make AWS match documents")
    .description(
      "Makes AWS match documents, and deletes responses that an earlier revision created and the document no longer has. Several APIs are changed at once, within the account's request rate. A document with errors does not stop the others.\nExit code 1: a document has errors, or a change failed or was not made.",
    )
    .action(async (paths, options) => {
      const command = await import("./commands/apply.ts");
      exitWith(await command.apply(paths, options, terminal));
    });
  examples(apply, [
    "specdrop apply chat.yaml",
    "specdrop apply specs/",
    "specdrop apply --prune specs/",
    "specdrop apply --json chat.yaml > result.json",
    "# against specdrop dev\nAWS_ENDPOINT_URL=http://127.0.0.1:4566 specdrop apply chat.yaml",
  ]);

  const run = onNamespace(onLedger(program.command("run")))
    .summary("make AWS match what a program declares")
    .description(
      "Runs a TypeScript or JavaScript program that calls AWS.ApiGatewayV2.IntegrationResponse of specdrop/authoring. Each call creates or updates its response. When the program exits normally, responses that it no longer declares are removed.\nExit code 1: the program or a call failed; nothing is removed then.",
    )
    .addArgument(new Argument("<PROGRAM>", "the program; its path is its name in the ledger"))
    .addOption(
      new Option(
        "--allow-deletions <number>",
        "how many responses the program may delete, above the default limit",
      ).argParser(wholeNumber),
    )
    .addHelpText("after", AWS_SETTINGS)
    .action(async (path, options, command: Command) => {
      const { run } = await import("./commands/run.ts");
      exitWith(await run(path, { ...options, debug: command.optsWithGlobals()["debug"] === true }, terminal));
    });
  examples(run, [
    "specdrop run responses.ts",
    "specdrop run --ledger dynamodb:specdrop-prod responses.ts",
    "# the program's own output goes to stderr\nspecdrop run --json responses.ts | jq '.[].data.summary'",
    "specdrop run --allow-deletions 20 responses.ts",
  ]);

  const withdraw = asking(onDocuments(program.command("withdraw")))
    .summary("delete what documents created")
    .description(
      "Deletes the responses that documents created, and keeps the responses that they adopted, as if the documents were deleted. The files need not exist: a path names a document, and a folder names every document that the ledger has below it.",
    )
    .action(async (paths, options) => {
      const command = await import("./commands/withdraw.ts");
      exitWith(await command.withdraw(paths, { ...options, isLedgerNamed: isNamed(withdraw) }, terminal));
    });
  examples(withdraw, [
    "specdrop withdraw chat.yaml",
    "specdrop withdraw --json chat.yaml",
    "specdrop withdraw specs/old/",
  ]);

  const mv = onNamespace(onLedger(program.command("mv")))
    .summary("rename a document in the ledger; changes nothing in AWS")
    .description(
      "Renames a document in the ledger, with everything that it owns. Changes nothing in AWS and does not move the file. Fails if a document NEW exists, or while a run is in progress on one of its APIs. If it was interrupted, run it again.",
    )
    .addArgument(new Argument("<OLD>", "the path the document was applied with, or its id (file:…)"))
    .addArgument(new Argument("<NEW>", "its new path, or its new id"))
    .action(async (from, to, options) => {
      const command = await import("./commands/mv.ts");
      exitWith(await command.mv(from, to, { ...options, isLedgerNamed: isNamed(mv) }, terminal));
    });
  examples(mv, [
    "specdrop mv chat.yaml specs/chat.yaml",
    "# an id from before namespaces\nspecdrop mv file:chat.yaml file:org/repo:chat.yaml --ledger dynamodb:specdrop",
  ]);

  const drift = onNamespace(onLedger(program.command("drift")))
    .summary("show where AWS differs from what was applied; changes nothing")
    .description(
      "Compares AWS with the documents of a ledger, as they were applied. Changes nothing. Reads a bucket's documents from the bucket, and files from the working folder.\nExit code 0: no drift; 1: drift, or a document failed or could not be checked; 2: no such ledger.",
    )
    .addHelpText("after", AWS_SETTINGS)
    .action(async (options) => {
      const command = await import("./commands/drift.ts");
      exitWith(await command.drift({ ...options, isLedgerNamed: isNamed(drift) }, terminal));
    });
  examples(drift, [
    "specdrop drift",
    "specdrop drift --ledger dynamodb:specdrop-prod",
    "specdrop drift --json | jq '.documents[].apis[] | select(.drift)'",
  ]);

  const status = onNamespace(onLedger(program.command("status")))
    .summary("show what a ledger holds")
    .description(
      "Shows the documents of a ledger and their state on each API, failures first. Compares with AWS only for --html; specdrop drift does too.\nExit code 1: a document failed or has drift; 2: the ledger that --ledger names does not exist.",
    )
    .option("--all", "list every document, withdrawn ones included")
    .addOption(
      new Option("--html <FILE>", "write everything as one page, compared with AWS; - is standard output").conflicts(
        "json",
      ),
    )
    .option("--ledger-only", "with --html: does not ask AWS, and calls nothing live")
    .option("--with-templates", "with --html: includes the templates that differ")
    .action(async (options) => {
      const command = await import("./commands/status.ts");
      exitWith(await command.status({ ...options, isLedgerNamed: isNamed(status) }, terminal));
    });
  examples(status, [
    "specdrop status",
    "specdrop status --ledger dynamodb:specdrop-prod",
    "specdrop status --ledger dynamodb:specdrop-prod --html status.html",
    "specdrop status --json | jq '.documents[] | select(.apis[] | .settled | not)'",
  ]);

  const history = onNamespace(onLedger(program.command("history")))
    .summary("show who changed a document, and the results")
    .description(
      "Shows the last 50 revisions of a document, newest first: when and how each arrived, who made it, and its outcome. Reads the ledger only.\nExit code 1: the ledger does not know the document; 2: no such ledger.",
    )
    .addArgument(new Argument("<DOCUMENT>", "s3://BUCKET/KEY, or a file's path as it was applied"))
    .action(async (document, options) => {
      const command = await import("./commands/history.ts");
      exitWith(await command.history(document, { ...options, isLedgerNamed: isNamed(history) }, terminal));
    });
  examples(history, [
    "specdrop history s3://specs-prod/chat.yaml --ledger dynamodb:specdrop-prod",
    "specdrop history chat.yaml",
    "specdrop history --json chat.yaml | jq '.revisions[] | .outcome'",
  ]);

  const rollback = onLedger(program.command("rollback"))
    .summary("put back an earlier revision of a document in a bucket")
    .description(
      "Puts the content of an earlier revision back: checks it, shows its plan, asks on a terminal, and copies that version onto the document's key. The pipeline then applies it like any new file.\nExit code 1: nothing was copied.",
    )
    .addArgument(new Argument("<URI>", "s3://BUCKET/KEY"))
    .addOption(
      new Option(
        "--to <sequence>",
        "the revision; without it, the last one before the newest that succeeded",
      ).argParser(wholeNumber),
    )
    .option("--dry-run", "show the plan only")
    .option("-y, --yes", "do not ask; specdrop asks on a terminal only")
    .addHelpText("after", AWS_SETTINGS)
    .action(async (uri, options) => {
      const command = await import("./commands/rollback.ts");
      exitWith(await command.rollback(uri, { ...options, isLedgerNamed: isNamed(rollback) }, terminal));
    });
  examples(rollback, [
    "specdrop rollback s3://specs/chat.yaml --ledger dynamodb:specdrop --dry-run",
    "specdrop rollback s3://specs/chat.yaml --ledger dynamodb:specdrop --to 3",
  ]);

  const suspend = onSwitch(program.command("suspend"))
    .summary("stop applying; documents are still accepted")
    .description(
      "Stops applying, in a deployed pipeline or with a file ledger. New documents are accepted but not applied; a run in progress stops after its current change. Drift is still reported, but not repaired.",
    )
    .option("--reason <text>", "the reason, shown to everybody")
    .action(async (options) => {
      const command = await import("./commands/suspend.ts");
      exitWith(await command.suspend({ ...options, isLedgerNamed: isNamed(suspend) }, terminal));
    });
  examples(suspend, [
    'specdrop suspend --ledger dynamodb:specdrop --bus specdrop --reason "INC 42"',
    "specdrop status --ledger dynamodb:specdrop   # shows the suspension",
  ]);

  const resume = onSwitch(program.command("resume"))
    .summary("resume applying; waiting documents first")
    .description(
      "Ends a suspension: applies the documents that were accepted meanwhile. If nothing is suspended but withdrawals are held, because too many documents were deleted at once, it releases them: AWS then deletes what those documents own.",
    )
    .action(async (options) => {
      const command = await import("./commands/suspend.ts");
      exitWith(await command.resume({ ...options, isLedgerNamed: isNamed(resume) }, terminal));
    });
  examples(resume, ["specdrop resume --ledger dynamodb:specdrop-prod --bus specdrop-prod"]);

  const exported = program
    .command("export")
    .summary("print live responses as a document")
    .description(
      "Prints an API's live integration responses as a document that adopts them and changes nothing. Use it to manage responses that something else created.",
    )
    .requiredOption("--api <id>", "the API", id)
    .option("--integration <id>", "this integration only", id)
    .addHelpText("after", AWS_SETTINGS)
    .action(async (options) => {
      const command = await import("./commands/export.ts");
      exitWith(await command.exportResponses(options, terminal));
    });
  examples(exported, [
    "specdrop export --api a1b2c3d4e5 > chat.yaml",
    "specdrop export --api a1b2c3d4e5 --integration abc1234 > send.yaml",
  ]);

  const convert = program
    .command("convert")
    .summary("convert a CloudFormation template to a document")
    .description(
      "Converts the integration responses of a CloudFormation template (YAML or JSON) to a document, and leaves out the rest. Evaluates Ref, Fn::GetAtt, Fn::Sub and Fn::ImportValue with the values of --set and --stack-outputs.\nExit code 1: something cannot be evaluated; the error names its line, and nothing is written.",
    )
    .addArgument(new Argument("<TEMPLATE>", "the template, or - for standard input"))
    .option("--set <name=value>", "value of Ref NAME (or of GetAtt NAME.Attribute); repeatable", collect)
    .option(
      "--stack-outputs <file>",
      "output of aws cloudformation describe-stacks or list-stack-resources, or - for standard input; repeatable",
      collect,
    )
    .option("--adopt", "mark every response adopt: true, if the stack has created them already")
    .option("--output <file>", "write the document to a file instead of stdout")
    .action(async (path, options) => {
      const command = await import("./commands/convert.ts");
      exitWith(await command.convert(path, { set: [], stackOutputs: [], ...options }, terminal));
    });
  examples(convert, [
    "specdrop convert template.yaml --set Api=a1b2c3d4e5 --set Send=abc1234",
    "# ApiId stands for the template's only API, whatever its name is\nspecdrop convert template.yaml --set ApiId=a1b2c3d4e5 --output chat.yaml",
    "aws cloudformation list-stack-resources --stack-name chat > stack.json\nspecdrop convert template.yaml --stack-outputs stack.json --adopt",
  ]);

  const submit = program
    .command("submit")
    .summary("send a document to a deployed pipeline")
    .description(
      "Sends a document to a deployed pipeline: uploads it to the specs bucket, or sends it as an event.\nExit code 0 once submitted; with --wait, 0 if applied and 1 if not.",
    )
    .addArgument(new Argument("<PATH>", "the document; its file name names it in the pipeline"))
    .addOption(new Option("--bucket <name>", "the specs bucket to upload it to").conflicts("bus"))
    .option("--bus <name>", "the event bus to send it to")
    .option("--prefix <prefix>", "key prefix (folder) in the bucket")
    .option("--wait", "wait for the outcome; needs --ledger")
    .option("--ledger <ledger>", "the pipeline's ledger, dynamodb:TABLE; --wait only reads it")
    .addOption(new Option("--timeout <seconds>", "how long to wait").default(300).argParser(seconds))
    .option("--json", "print one JSON document on stdout")
    .addHelpText("after", AWS_SETTINGS)
    .action(async (path, options) => {
      const command = await import("./commands/submit.ts");
      exitWith(await command.submit(path, options, terminal));
    });
  examples(submit, [
    "specdrop submit chat.yaml --bucket specs-prod",
    "specdrop submit chat.yaml --bucket specs-prod --prefix team-a",
    "specdrop submit chat.yaml --bucket specs --wait --ledger dynamodb:specdrop",
    "specdrop submit chat.yaml --bus specdrop-prod",
  ]);

  const doctor = program
    .command("doctor")
    .summary("find out why replies never reach a client")
    .description(
      "Follows a message through an API and its reply back: route, integration, integration response, route response, stage. Reports each break or risk, how certain it is, and how to fix it. Changes nothing.\nExit code 1: something is certainly broken.",
    )
    .requiredOption("--api <id>", "the API", id)
    .option("--json", "print one JSON document on stdout")
    .addHelpText("after", AWS_SETTINGS)
    .action(async (options) => {
      const command = await import("./commands/doctor.ts");
      exitWith(await command.doctor(options, terminal));
    });
  examples(doctor, ["specdrop doctor --api a1b2c3d4e5", "specdrop doctor --api a1b2c3d4e5 --json | jq '.findings[]'"]);

  const dev = program
    .command("dev")
    .summary("run the embedded stack until stopped")
    .description(
      "Runs the whole pipeline on this machine: S3, EventBridge, SQS, DynamoDB and Cloud Control on one port.",
    )
    .addOption(new Option("--port <number>", "port on 127.0.0.1; 0 takes a free one").default(4566).argParser(port))
    .option("--data <folder>", "keep the state in a folder; the next start continues from it, even after a kill")
    .addOption(
      new Option("--slack <mode>", "how messages are posted to its Slack; a bot updates a long run's message")
        .choices(["webhook", "bot"] as const)
        .default("webhook" as const),
    )
    .option("--unversioned", "use a bucket without versions, unlike the deployed one")
    .action(async (options) => {
      const command = await import("./commands/dev.ts");
      exitWith(await command.dev(options, terminal));
    });
  examples(dev, [
    "specdrop dev",
    "specdrop dev --port 0",
    "specdrop dev --data .specdrop/dev",
    "specdrop dev --slack bot",
    "# in another terminal\naws --endpoint-url http://127.0.0.1:4566 s3 cp chat.yaml s3://specs/",
  ]);

  const demo = program
    .command("demo")
    .summary("run the whole pipeline once, on this machine")
    .description("Uploads the examples to an embedded stack one after another, and shows each result.")
    .action(async () => {
      const command = await import("./commands/demo.ts");
      exitWith(await command.demo(terminal));
    });
  examples(demo, ["specdrop demo", "NO_COLOR=1 specdrop demo"]);

  const completion = program
    .command("completion")
    .summary("print a shell completion script")
    .description(
      "Prints a shell completion script for specdrop. If you call specdrop through npx, add alias specdrop='npx specdrop'.",
    )
    .addArgument(new Argument("<SHELL>", "the shell").choices(["bash", "zsh", "fish"]))
    .action(async (shell) => {
      const command = await import("./commands/completion.ts");
      exitWith(command.completion(shell, program, terminal));
    });
  examples(completion, [
    'eval "$(specdrop completion bash)"   # in ~/.bashrc',
    'eval "$(specdrop completion zsh)"   # in ~/.zshrc, after compinit',
    "specdrop completion fish | source   # in ~/.config/fish/config.fish",
  ]);

  const help = program
    .command("help")
    .summary("show help for a command")
    .description("Shows help for a command, with examples. Without a command, lists all commands.")
    .addArgument(new Argument("[command]", "the command"))
    .action(async (name?: string) => {
      const asked = name === undefined ? program : program.commands.find((command) => command.name() === name);
      if (asked !== undefined) asked.help();
      // An unknown command: reports it, with the commands that are spelt like it.
      await program.parseAsync([name ?? ""], { from: "user" });
    });
  examples(help, ["specdrop help", "specdrop help plan"]);

  return program;
}

function onDocuments(command: Command) {
  return onNamespace(onLedger(command))
    .addArgument(
      new Argument("<PATH...>", "documents or folders of documents; a file's path is its name in the ledger"),
    )
    .addHelpText("after", AWS_SETTINGS);
}

function pruning<Pruning extends Command>(command: Pruning) {
  return command
    .option("--prune", "withdraw documents of these folders whose file is gone; without it, they are only listed")
    .addOption(
      new Option(
        "--allow-deletions <number>",
        "how many responses --prune may delete; the default is 10, or half of what these folders own if that is more",
      ).argParser(wholeNumber),
    );
}

function asking<Asking extends Command>(command: Asking) {
  return command.option("-y, --yes", "do not ask before deleting or replacing; specdrop asks on a terminal only");
}

function onLedger(command: Command) {
  return command
    .option("--ledger <ledger>", "a file, or dynamodb:TABLE", DEFAULT_LEDGER)
    .option("--json", "print one JSON document on stdout");
}

/** Whether --ledger was given. */
function isNamed(command: Command): boolean {
  return command.getOptionValueSource("ledger") === "cli";
}

function onNamespace(command: ReturnType<typeof onLedger>) {
  return command.option(
    "--namespace <name>",
    "whose files these are in a dynamodb: ledger; the default is SPECDROP_NAMESPACE, or the path of the Git remote origin",
  );
}

function onSwitch(command: Command) {
  return onLedger(command)
    .option("--bus <name>", "the pipeline's event bus: notify Slack and the sweep at once, not with the next sweep")
    .addHelpText("after", AWS_SETTINGS);
}

const AWS_SETTINGS =
  "\nEndpoint, region and credentials come from the AWS SDK's settings:\nAWS_ENDPOINT_URL, AWS_REGION, AWS_PROFILE, …";

function examples(command: Command, lines: readonly string[]): void {
  command.addHelpText("after", `\nExamples:\n${lines.map((line) => line.replaceAll(/^/gm, "  ")).join("\n")}`);
}

function url(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw new InvalidArgumentError("Write a URL (https://…).");
  return text;
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function id(text: string): string {
  if (!/^[^\s|/]+$/.test(text)) throw new InvalidArgumentError("Write an id alone, as AWS shows it.");
  return text;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Write a whole number.");
  return Number(text);
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError("Write a number from 0 to 65535.");
  return number;
}

function seconds(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) === 0) throw new InvalidArgumentError("Write a number of seconds.");
  return Number(text);
}
