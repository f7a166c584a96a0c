import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_LEDGER } from "./ledger/default-ledger.ts";
import { VERSION } from "./pages/package-files.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** The command line. Each command is loaded when it is called: `--help` and `validate` start without the AWS SDK. */
export function createProgram(terminal: Terminal, exitWith: (code: number) => void): Command {
  const program = new Command("specdrop")
    .description("API Gateway WebSocket integration responses from spec documents.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print what a command does")
    .helpCommand(false)
    .option("--debug", "print stack traces")
    .showHelpAfterError("(--help shows what there is)")
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
      "Checks documents without AWS. Exit code 0: no errors; 1: errors; 2: wrong usage, or a PATH that does not exist.",
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
      new Option("--watch", "check again whenever a file changes, until Ctrl-C; prints what changed").conflicts([
        "format",
        "json",
      ]),
    )
    .option("--pages <url>", "where the folder docs/diagnostics is read, for the links in sarif", url)
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
      "Shows the page of a diagnostic: what it means, a wrong example and a right one. Without CODE it lists every code.\nExit code 2: there is no such code.",
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
      "Writes specs/chat.yaml, a valid document with one response and an expectation that passes, and\n.github/workflows/specdrop.yml at the repository's root, which runs validate and test. Overwrites nothing.",
    )
    .addArgument(new Argument("[FOLDER]", "where specs/ is to be").default("."))
    .option("--api <id>", "the API; without it an example that you replace", id)
    .option("--integration <id>", "the integration; without it an example that you replace", id)
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
      "Follows a backend's reply through a document to the client's frame: which key matches, which template is taken,\nwhat it renders. Each step says how it is known. Exit code 0 whether proven or unproven.",
    )
    .addArgument(new Argument("<DOC>", "the document, or - for standard input"))
    .requiredOption(
      "--reply <json|@file>",
      "what the backend answers: {status, headers, body} or {error}; @- is standard input",
    )
    .option("--request <json|@file>", "what the client sent: {routeKey, body}")
    .option("--context <json|@file>", "values of $context")
    .option("--stage-variables <json|@file>", "all of $stageVariables")
    .addOption(new Option("--backend <kind>", "what answers").choices(["lambda", "http", "aws", "mock"] as const))
    .option("--integration <id>", "which integration's responses, where the document has several", id)
    .option("--live", "ask AWS what answers, and whether answers reach clients")
    .option("--json", "print one JSON document on stdout and nothing else")
    .addHelpText("after", AWS_SETTINGS)
    .action(async (path, options) => {
      const command = await import("./commands/preview.ts");
      exitWith(await command.preview(path, options, terminal));
    });
  examples(preview, [
    `specdrop preview chat.yaml --reply '{"status":404,"body":{"error":"no such room"}}'`,
    `specdrop preview chat.yaml --reply '{"error":{"errorMessage":"[403] not allowed"}}' --backend lambda`,
    "specdrop preview chat.yaml --reply @reply.json --context @context.json --live",
  ]);

  const test = program
    .command("test")
    .summary("run the expectations of documents, without AWS")
    .description(
      "Runs the expectations that stand in documents. Exit code 0: none fails; 1: one fails, or a document has errors.\nAn unproven one touches what nobody knows of AWS for certain; with --strict it fails.",
    )
    .addArgument(
      new Argument("<PATH...>", "files, folders (every .yaml, .yml and .json below), or - for standard input"),
    )
    .addOption(
      new Option("--format <format>", "how to report").choices(["pretty", "json", "junit", "github"]).default("pretty"),
    )
    .option("--strict", "fail where an expectation is unproven")
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
    .summary("show what apply would change; touches nothing")
    .description(
      "Compares documents with what AWS has, and shows what apply would change. Touches nothing.\nExit code 1: a document has errors or cannot be applied; the others are still planned.",
    )
    .option("--detailed-exitcode", "exit 2 where there are changes, 0 where there are none")
    .addOption(
      new Option("--format <format>", "how to show it: markdown is for a comment on a pull request")
        .choices(["pretty", "markdown"] as const)
        .default("pretty" as const)
        .conflicts("json"),
    )
    .option("--with-templates", "with --format markdown: also the texts of templates that are created")
    .option(
      "--as <s3-uri>",
      "plan the files as the objects s3://BUCKET/PREFIX/… that a sync of the folder makes of them",
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
    "specdrop plan --prune --as s3://my-specs/ --ledger dynamodb:specdrop-prod specs/",
  ]);

  const apply = pruning(asking(onDocuments(program.command("apply"))))
    .summary("make AWS match documents")
    .description(
      "Makes AWS match documents, and deletes what an earlier revision of one created and this one no longer has.\nAPIs are changed side by side, within the account's request rate. A document with errors keeps none of the others\nfrom being applied. Exit code 1: a document has errors, or a change failed or was not made.",
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
    "AWS_ENDPOINT_URL=http://127.0.0.1:4566 specdrop apply chat.yaml   # against specdrop dev",
  ]);

  const run = onNamespace(onLedger(program.command("run")))
    .summary("make AWS match what a program declares")
    .description(
      "Runs a program, TypeScript or JavaScript, that calls AWS.ApiGatewayV2.IntegrationResponse of specdrop/authoring.\nEach call converges its response; when the program has ended, what it declared before and does no longer is removed.\nExit code 1: it did not come to its end, or a call failed; then nothing is removed.",
    )
    .addArgument(new Argument("<PROGRAM>", "the program; its path is its name in the ledger"))
    .addOption(
      new Option("--allow-deletions <number>", "how many responses it may delete beyond the default budget").argParser(
        wholeNumber,
      ),
    )
    .addHelpText("after", AWS_SETTINGS)
    .action(async (path, options, command: Command) => {
      const { run } = await import("./commands/run.ts");
      exitWith(await run(path, { ...options, debug: command.optsWithGlobals()["debug"] === true }, terminal));
    });
  examples(run, [
    "specdrop run responses.ts",
    "specdrop run --ledger dynamodb:specdrop-prod responses.ts",
    "specdrop run --json responses.ts | jq '.[].data.summary'   # what the program prints goes to stderr",
    "specdrop run --allow-deletions 20 responses.ts",
  ]);

  const withdraw = asking(onDocuments(program.command("withdraw")))
    .summary("delete what documents created")
    .description(
      "Deletes what documents created and lets go of what they adopted, as if the documents themselves were deleted.\nThe files need not exist any more: a path says which document is meant, and a folder all that the ledger has below it.",
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
    .summary("rename a document in the ledger; touches nothing in AWS")
    .description(
      "Renames a document in the ledger, with all that it owns. Nothing in AWS is touched, and the file is not moved.\nRefused where there is a document NEW, or while a run is at work on one of its APIs. Run again, it finishes what was cut off.",
    )
    .addArgument(new Argument("<OLD>", "the path that the document was applied with, or its id (file:…)"))
    .addArgument(new Argument("<NEW>", "the path that it is applied with from now on, or its id"))
    .action(async (from, to, options) => {
      const command = await import("./commands/mv.ts");
      exitWith(await command.mv(from, to, { ...options, isLedgerNamed: isNamed(mv) }, terminal));
    });
  examples(mv, [
    "specdrop mv chat.yaml specs/chat.yaml",
    "specdrop mv file:chat.yaml file:org/repo:chat.yaml --ledger dynamodb:specdrop-prod   # an id from before namespaces",
  ]);

  const drift = onNamespace(onLedger(program.command("drift")))
    .summary("show where AWS is no longer as applied; touches nothing")
    .description(
      "Compares what AWS has with the documents of a ledger, as they were applied. Touches nothing.\nDocuments of a bucket are read from there, files from below the working folder. Exit code 0: every document was\nchecked, and there is no drift; 1: drift, or a document failed or could not be checked; 2: no such ledger.",
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

  const status = onLedger(program.command("status"))
    .summary("show what a ledger holds")
    .description(
      "Shows the documents of a ledger, and how far each has come on its APIs, failures first. AWS is not asked.\nExit code 1 if a document failed or was found to differ, 2 if the ledger that --ledger names does not exist.",
    )
    .option("--all", "list every document, withdrawn ones too")
    .action(async (options) => {
      const command = await import("./commands/status.ts");
      exitWith(await command.status({ ...options, isLedgerNamed: isNamed(status) }, terminal));
    });
  examples(status, [
    "specdrop status",
    "specdrop status --ledger dynamodb:specdrop-prod",
    "specdrop status --json | jq '.documents[] | select(.apis[] | .settled | not)'",
  ]);

  const history = onNamespace(onLedger(program.command("history")))
    .summary("show who changed a document, and what became of it")
    .description(
      "Shows the last 50 revisions of a document, the newest first: when and how each came, who made it, and its outcome.\nAWS is asked for the ledger only. Exit code 1 if the ledger does not know the document, 2 if there is no such ledger.",
    )
    .addArgument(new Argument("<DOCUMENT>", "s3://BUCKET/KEY, or the path of a file as it was applied"))
    .action(async (document, options) => {
      const command = await import("./commands/history.ts");
      exitWith(await command.history(document, { ...options, isLedgerNamed: isNamed(history) }, terminal));
    });
  examples(history, [
    "specdrop history s3://specs-prod/chat.yaml --ledger dynamodb:specdrop-prod",
    "specdrop history chat.yaml",
    "specdrop history --json chat.yaml | jq '.revisions[] | select(.outcome == \"ApplyFailed\")'",
  ]);

  const rollback = onLedger(program.command("rollback"))
    .summary("put an earlier revision of a document in the bucket back")
    .description(
      "Puts the content of an earlier revision back onto its key: checks it as of today, shows its plan, asks on a terminal,\nand copies that version. What follows is an ordinary drop, which the pipeline applies. Exit code 1 if nothing was copied.",
    )
    .addArgument(new Argument("<URI>", "s3://BUCKET/KEY"))
    .addOption(
      new Option("--to <sequence>", "the revision; without it the last before the newest that succeeded").argParser(
        wholeNumber,
      ),
    )
    .option("--dry-run", "show the plan only")
    .option("-y, --yes", "do not ask (only a terminal is asked)")
    .addHelpText("after", AWS_SETTINGS)
    .action(async (uri, options) => {
      const command = await import("./commands/rollback.ts");
      exitWith(await command.rollback(uri, { ...options, isLedgerNamed: isNamed(rollback) }, terminal));
    });
  examples(rollback, [
    "specdrop rollback s3://specs-prod/chat.yaml --ledger dynamodb:specdrop-prod --dry-run",
    "specdrop rollback s3://specs-prod/chat.yaml --ledger dynamodb:specdrop-prod --to 3",
  ]);

  const suspend = onSwitch(program.command("suspend"))
    .summary("stop applying, and keep accepting")
    .description(
      "Stops applying, in a deployed pipeline or with a file ledger: documents are accepted, and wait. A run that is under\nway ends early, after the change it is at. Drift is still reported, and not repaired.",
    )
    .option("--reason <text>", "why, for all to see")
    .action(async (options) => {
      const command = await import("./commands/suspend.ts");
      exitWith(await command.suspend({ ...options, isLedgerNamed: isNamed(suspend) }, terminal));
    });
  examples(suspend, [
    'specdrop suspend --ledger dynamodb:specdrop-prod --bus specdrop-prod --reason "incident 4711"',
    "specdrop status --ledger dynamodb:specdrop-prod   # shows it",
  ]);

  const resume = onSwitch(program.command("resume"))
    .summary("apply again, what waited first of all")
    .description(
      "Ends what specdrop suspend began: what was accepted meanwhile is applied. Where withdrawals are held, because too\nmany documents were deleted at once, and nothing else is suspended, it lets them go: what they own is deleted.",
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
      "Prints an API's live integration responses as a document that adopts them and changes nothing: the start of\nmanaging what was made by other means.",
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
    "specdrop export --api a1b2c3d4e5 --integration abc1234 > send.yaml && specdrop plan send.yaml",
  ]);

  const convert = program
    .command("convert")
    .summary("make a document of a CloudFormation template")
    .description(
      "Makes a document of a CloudFormation template's integration responses (YAML or JSON), and leaves out the rest.\nRef, Fn::GetAtt, Fn::Sub and Fn::ImportValue are evaluated with what --set and the stack say. What cannot be evaluated is an error at its line; then nothing is written, and the exit code is 1.",
    )
    .addArgument(new Argument("<TEMPLATE>", "the template, or - for standard input"))
    .option("--set <name=value>", "what Ref NAME yields (or NAME.Attribute for GetAtt); repeatable", collect)
    .option(
      "--stack-outputs <file>",
      "what aws cloudformation describe-stacks or list-stack-resources printed, or - for standard input; repeatable",
      collect,
    )
    .option("--adopt", "mark every response adopt: true, for what the template's stack has made already")
    .option("--output <file>", "write the document there, not to stdout")
    .action(async (path, options) => {
      const command = await import("./commands/convert.ts");
      exitWith(await command.convert(path, { set: [], stackOutputs: [], ...options }, terminal));
    });
  examples(convert, [
    "specdrop convert template.yaml --set WebSocketApi=a1b2c3d4e5 --set SendIntegration=abc1234 > chat.yaml",
    "specdrop convert template.yaml --set ApiId=a1b2c3d4e5   # the template's only API, whatever it is called there",
    "aws cloudformation list-stack-resources --stack-name chat | specdrop convert template.yaml --stack-outputs - --adopt",
  ]);

  const submit = program
    .command("submit")
    .summary("give a document to a deployed pipeline")
    .description(
      "Gives a document to a deployed pipeline: puts it into the specs bucket, or sends it as an event.\nExit code 0 says that it is under way; with --wait, that it was applied, and 1 that it was not.",
    )
    .addArgument(new Argument("<PATH>", "the document; the pipeline knows it by the file's name"))
    .addOption(new Option("--bucket <name>", "the specs bucket to put it into").conflicts("bus"))
    .option("--bus <name>", "the event bus to send it to")
    .option("--prefix <prefix>", "a folder to go before the file's name")
    .option("--wait", "wait for the outcome; needs --ledger")
    .option("--ledger <ledger>", "the pipeline's, dynamodb:TABLE, of which --wait reads items and writes none")
    .addOption(new Option("--timeout <seconds>", "how long to wait").default(300).argParser(seconds))
    .option("--json", "print one JSON document on stdout and nothing else")
    .addHelpText("after", AWS_SETTINGS)
    .action(async (path, options) => {
      const command = await import("./commands/submit.ts");
      exitWith(await command.submit(path, options, terminal));
    });
  examples(submit, [
    "specdrop submit chat.yaml --bucket specs-prod",
    "specdrop submit chat.yaml --bucket specs-prod --prefix team-a --wait --ledger dynamodb:specdrop-prod",
    "specdrop submit chat.yaml --bus specdrop-prod",
  ]);

  const doctor = program
    .command("doctor")
    .summary("find out why answers never reach a client")
    .description(
      "Follows a message through an API and its answer back: route, integration, integration response, route response,\nstage. Reports what is broken or at risk, how certain that is, and how to fix it. Touches nothing.\nExit code 1 if something is certainly broken.",
    )
    .requiredOption("--api <id>", "the API", id)
    .option("--json", "print one JSON document on stdout and nothing else")
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
    .addOption(
      new Option("--port <number>", "where to listen on 127.0.0.1; 0 takes a free one").default(4566).argParser(port),
    )
    .option(
      "--data <folder>",
      "keep the state in a folder: the next start goes on where this one ended, even if killed",
    )
    .addOption(
      new Option("--slack <mode>", "how its Slack is posted to: a bot edits the messages of long runs")
        .choices(["webhook", "bot"] as const)
        .default("webhook" as const),
    )
    .option("--unversioned", "a bucket without versions, unlike the deployed one")
    .action(async (options) => {
      const command = await import("./commands/dev.ts");
      exitWith(await command.dev(options, terminal));
    });
  examples(dev, [
    "specdrop dev",
    "specdrop dev --port 0",
    "specdrop dev --data .specdrop/dev",
    "specdrop dev --slack bot",
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

  const completion = program
    .command("completion")
    .summary("print a shell's completion of commands, flags and files")
    .description(
      "Prints what makes a shell complete specdrop's commands, flags and files when Tab is pressed. Where specdrop is\ncalled through npx, alias specdrop='npx specdrop' makes it work, too.",
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
    .summary("print what a command does")
    .description("Prints what a command does, with examples; without one, which commands there are.")
    .addArgument(new Argument("[command]", "the command"))
    .action(async (name?: string) => {
      const asked = name === undefined ? program : program.commands.find((command) => command.name() === name);
      if (asked !== undefined) asked.help();
      // Tells that there is no such command, and of those that are spelt like it.
      await program.parseAsync([name ?? ""], { from: "user" });
    });
  examples(help, ["specdrop help", "specdrop help plan"]);

  return program;
}

function onDocuments(command: Command) {
  return onNamespace(onLedger(command))
    .addArgument(new Argument("<PATH...>", "documents, and folders of them; a file's path is its name in the ledger"))
    .addHelpText("after", AWS_SETTINGS);
}

function pruning<Pruning extends Command>(command: Pruning) {
  return command
    .option("--prune", "withdraw the documents of these folders whose file is gone; without it they are named")
    .addOption(
      new Option(
        "--allow-deletions <number>",
        "how many responses --prune may delete; without it 10, or half of what these folders own",
      ).argParser(wholeNumber),
    );
}

function asking<Asking extends Command>(command: Asking) {
  return command.option("-y, --yes", "do not ask before something is deleted or replaced (only a terminal is asked)");
}

function onLedger(command: Command) {
  return command
    .option("--ledger <ledger>", "a file, or dynamodb:TABLE", DEFAULT_LEDGER)
    .option("--json", "print one JSON document on stdout and nothing else");
}

/** Whether --ledger was given. */
function isNamed(command: Command): boolean {
  return command.getOptionValueSource("ledger") === "cli";
}

function onNamespace(command: ReturnType<typeof onLedger>) {
  return command.option(
    "--namespace <name>",
    "whose files they are in a dynamodb: ledger; without it SPECDROP_NAMESPACE, else the path of the Git remote origin",
  );
}

function onSwitch(command: Command) {
  return onLedger(command)
    .option(
      "--bus <name>",
      "the pipeline's event bus, to tell Slack and the sweep at once instead of with the next sweep",
    )
    .addHelpText("after", AWS_SETTINGS);
}

const AWS_SETTINGS =
  "\nEndpoint, region and credentials are the AWS SDK's own: AWS_ENDPOINT_URL, AWS_REGION, AWS_PROFILE, …";

function examples(command: Command, lines: readonly string[]): void {
  command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

function url(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError("It has to be a URL (https://…).");
  return text;
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

function id(text: string): string {
  if (!/^[^\s|/]+$/.test(text)) throw new InvalidArgumentError("It has to be an id alone, as AWS shows it.");
  return text;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It has to be a whole number.");
  return Number(text);
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError("It has to be a number from 0 to 65535.");
  return number;
}

function seconds(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) === 0) throw new InvalidArgumentError("It has to be a number of seconds.");
  return Number(text);
}
