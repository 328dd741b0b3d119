/** The commands and their options, as the command line knows them. A command's code is loaded when it is called. */
import { Command, CommanderError, Option } from "commander";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Environment } from "../config/target.ts";
import { manualHelp } from "../help/help.ts";
import { createMask, type Mask, maskedStreams, type Streams } from "../report/mask.ts";
import { type Style, styleOf } from "../report/style.ts";
import { terminalOf } from "../report/terminal.ts";
import type { AddCommand, GlobalOptions } from "./add-command.ts";
import { apply, plan } from "./apply.ts";
import type { ApplyEverythingOptions } from "./apply-options.ts";
import type { ImportOptions } from "./component-import.ts";
import type { CommandContext } from "./context.ts";
import type { DriftOptions } from "./drift.ts";
import type { FlattenOptions } from "./flatten-state.ts";
import type { GraphOptions } from "./graph.ts";
import { addMigrationCommands, applyOptions, chosenOptions, stageOptions } from "./migration-commands.ts";
import { openReporter } from "./open-reporter.ts";
import { createOutput } from "./output.ts";
import { flattenOptions, importOptions, planOptions, rebuildOptions, statusOptions } from "./own-options.ts";
import type { RebuildOptions } from "./rebuild.ts";
import type { StatusOptions } from "./status.ts";
import type { SyncOptions } from "./sync-options.ts";
import {
  aroundOption,
  collect,
  diffOption,
  fillOptions,
  isolatedOption,
  onlineOption,
  scopeOptions,
  syncOptions,
  togetherOptions,
  watchOptions,
} from "./sync-options.ts";
import { addTenantCommands } from "./tenant-commands.ts";
import { version } from "./version.ts";
import type { WatchOptions } from "./watch.ts";
import { failedJson, wrongCommandLine } from "./wrong-command-line.ts";

export interface ProgramContext {
  readonly folder: string;
  readonly env: Environment;
  readonly process: Streams;
  /** Hides secrets in all that is printed; one of its own where none is given. */
  readonly mask?: Mask;
}

export interface Program {
  /** Runs one command line (without node and script) and returns its exit code. */
  run(args: readonly string[]): Promise<number>;
  /** All commands with their options, for what is made from them; asked once. */
  commands(): Command;
}

export function createProgram(context: ProgramContext): Program {
  let exitCode = 0;
  let given: readonly string[] = [];
  /** Whether a command has printed its one JSON object, its mistakes included. */
  let told = false;
  const mask = context.mask ?? createMask();
  const streams = maskedStreams(context.process, mask);
  const program = new Command("migrator")
    .description("keeps PostgreSQL views, functions, triggers and policies as files")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: (text) => void streams.stderr.write(text),
      // Told as a MigratorError below.
      outputError: () => {},
    })
    .showHelpAfterError(false);
  // Subcommands take it over from here.
  program.configureHelp(manualHelp(() => helpStyle(context, given)));

  /** What gives each command its options: only one of them runs. */
  const optionsOf = new Map<Command, () => void>();
  /** Adds the common options and runs `action` with them. */
  const command: AddCommand = <O extends GlobalOptions>(
    parent: Command,
    name: string,
    description: string,
    addOptions: (command: Command) => Command,
    action: (context: CommandContext, options: O, args: readonly string[]) => Promise<number>,
  ) => {
    const added = parent.command(name).description(description);
    optionsOf.set(added, () => void common(addOptions(added)));
    added.action(async (...all: unknown[]) => {
      const self = all.at(-1) as Command;
      const options = self.optsWithGlobals() as O;
      const reporter = await openReporter(options.report, {
        env: context.env,
        mask: mask.apply,
        write: (text) => void streams.stderr.write(text),
      });
      const plain = createOutput(options, streams, context.process, reporter);
      const result = (text: string): void => {
        told = true;
        plain.result(text);
      };
      const output = { ...plain, result };
      try {
        exitCode = await action(
          { folder: context.folder, env: context.env, output, mask },
          options,
          self.args,
        );
      } finally {
        // Whatever is told next begins on a line of its own.
        output.working(null);
      }
    });
  };

  command(
    program,
    "init",
    "write migrator.json and the folders",
    (c) => c.option("--sample", "with a small real project to try"),
    async (ctx, options: GlobalOptions & { sample?: boolean }) => {
      const { init } = await import("./init.ts");
      return init(ctx, options);
    },
  );
  command(
    program,
    "plan",
    "what apply would do, by a rehearsal that is rolled back",
    (c) =>
      isolatedOption(togetherOptions(diffOption(scopeOptions(chosenOptions(onlineOption(planOptions(c))))))),
    async (ctx, options: ApplyEverythingOptions) => {
      return plan(ctx, options);
    },
  );
  command(
    program,
    "sync [paths...]",
    "bring the database to the state of the components",
    (c) =>
      stageOptions(
        togetherOptions(diffOption(scopeOptions(onlineOption(aroundOption(fillOptions(syncOptions(c))))))),
      ),
    async (ctx, options: SyncOptions, args) => {
      const { runSync } = await import("./run-sync.ts");
      return runSync(ctx, options, { command: "sync", rehearsal: false, paths: args });
    },
  );
  command(
    program,
    "apply",
    "pending migrations in their order, then on a live target the components",
    (c) =>
      togetherOptions(
        diffOption(
          scopeOptions(stageOptions(applyOptions(onlineOption(aroundOption(fillOptions(syncOptions(c))))))),
        ),
      ),
    async (ctx, options: ApplyEverythingOptions) => {
      return apply(ctx, options);
    },
  );
  command(
    program,
    "watch [paths...]",
    "sync, then again at each save; Ctrl-C ends it with exit code 0",
    (c) => watchOptions(c),
    async (ctx, options: WatchOptions, args) => {
      const { runWatch } = await import("./watch.ts");
      return runWatch(ctx, options, args);
    },
  );
  command(
    program,
    "studio [paths...]",
    "a watch with a live page of the graph on this machine; Ctrl-C ends it with exit code 0",
    (c) => watchOptions(c),
    async (ctx, options: WatchOptions, args) => {
      const { runStudio } = await import("./studio.ts");
      return runStudio(ctx, options, args);
    },
  );
  command(
    program,
    "status",
    "how the components stand to the database",
    (c) => scopeOptions(statusOptions(c)),
    async (ctx, options: StatusOptions) => {
      const { status } = await import("./status.ts");
      return status(ctx, options);
    },
  );
  command(
    program,
    "drift",
    "what was changed in the database since it was applied, as a diff",
    (c) => scopeOptions(c.option("--exit-code", "exit with 4 where something was changed")),
    async (ctx, options: DriftOptions) => {
      const { drift } = await import("./drift.ts");
      return drift(ctx, options);
    },
  );
  command(
    program,
    "graph [object]",
    "who needs whom: all objects, or the trees of one (name, schema.name or file)",
    (c) => scopeOptions(c.option("--format <format>", "text, json, dot, mermaid, svg, or html for a page")),
    async (ctx, options: GraphOptions, args) => {
      const { graph } = await import("./graph.ts");
      return graph(ctx, options, args[0]);
    },
  );
  command(
    program,
    "rebuild <schema>",
    "drop a schema of components/idempotent_schemas/ and build it whole",
    rebuildOptions,
    async (ctx, options: RebuildOptions, [schema = ""]) => {
      const { rebuild } = await import("./rebuild.ts");
      return rebuild(ctx, options, schema);
    },
  );
  command(
    program,
    "flatten",
    "one baseline migration, and component files, in the place of all migrations; proven to lead to the same",
    flattenOptions,
    async (ctx, options: FlattenOptions) => {
      const { flattenCommand } = await import("./flatten.ts");
      return flattenCommand(ctx, options);
    },
  );
  command(
    program,
    "doctor",
    "what is wrong with the set-up, and what to do",
    (c) => c,
    async (ctx, options: GlobalOptions) => {
      const { doctor } = await import("./doctor.ts");
      return doctor(ctx, options);
    },
  );

  const component = program
    .command("component")
    .description("which files are managed, and how they differ from the database");
  command(
    component,
    "list",
    "each component, its objects and how they stand",
    scopeOptions,
    async (ctx, options: GlobalOptions) => {
      const { listComponents } = await import("./component-list.ts");
      return listComponents(ctx, options);
    },
  );
  command(
    component,
    "track <paths...>",
    "manage these components again",
    (c) => c,
    async (ctx, options: GlobalOptions, args) => {
      const { trackComponents } = await import("./component-track.ts");
      return trackComponents(ctx, options, args);
    },
  );
  command(
    component,
    "untrack <paths...>",
    "leave these components and their objects alone; drops nothing",
    (c) => c,
    async (ctx, options: GlobalOptions, args) => {
      const { untrackComponents } = await import("./component-track.ts");
      return untrackComponents(ctx, options, args);
    },
  );
  command(
    component,
    "diff [paths...]",
    "the database's definitions against the files', as PostgreSQL prints them",
    (c) => c,
    async (ctx, options: GlobalOptions, args) => {
      const { diffComponents } = await import("./component-diff.ts");
      return diffComponents(ctx, options, args);
    },
  );

  command(
    component,
    "import [schemas...]",
    "write the objects that the database has as component files",
    importOptions,
    async (ctx, options: ImportOptions, args) => {
      const { importComponents } = await import("./component-import.ts");
      return importComponents(ctx, options, args);
    },
  );

  command(
    program,
    "completion <shell>",
    "print the script that completes command lines in bash, zsh or fish",
    (c) => c,
    async (ctx, _options: GlobalOptions, [shell = ""]) => {
      const { printCompletion } = await import("./completion.ts");
      return printCompletion(ctx, shell);
    },
  );
  addMigrationCommands(program, command);
  addTenantCommands(program, command);

  return {
    commands: () => {
      giveOptions(program, optionsOf, []);
      optionsOf.clear();
      return program;
    },
    run: async (args) => {
      given = args;
      try {
        // Asked by the scripts of `completion` at each Tab.
        if (args[0] === "__complete") {
          giveOptions(program, optionsOf, []);
          const { completionLines } = await import("./completion.ts");
          streams.stdout.write(await completionLines(program, context.folder, args.slice(1)));
          return 0;
        }
        giveOptions(program, optionsOf, args);
        await program.parseAsync([...args], { from: "user" });
        return exitCode;
      } catch (error) {
        // Help and version were printed.
        if (error instanceof CommanderError && error.exitCode === 0) return 0;
        if (error instanceof CommanderError && error.code === "commander.help") return 2;
        const failure = error instanceof CommanderError ? wrongCommandLine(error) : error;
        if (failure instanceof MigratorError && args.includes("--json") && !told) {
          const json = await failedJson(args[0], failure.diagnostics);
          streams.stdout.write(`${JSON.stringify(json)}\n`);
        }
        throw failure;
      }
    },
  };
}

/** To the command that is named, else to all of them: help tells which have any. */
function giveOptions(
  program: Command,
  optionsOf: ReadonlyMap<Command, () => void>,
  [first, second]: readonly string[],
): void {
  const named = (parent: Command | undefined, name: string | undefined) =>
    parent?.commands.find((command) => command.name() === name);
  const outer = named(program, first);
  const add = [named(outer, second), outer].flatMap((command) => {
    const found = command === undefined ? undefined : optionsOf.get(command);
    return found === undefined ? [] : [found];
  });
  for (const one of add.length > 0 ? add : optionsOf.values()) one();
}

function helpStyle({ process: { stdout, env } }: ProgramContext, args: readonly string[]): Style {
  const color = !args.includes("--no-color");
  return styleOf(terminalOf({ stream: stdout, env, platform: process.platform, color }));
}

function common(command: Command): Command {
  return command
    .option(
      "--database-url <url>",
      "the database; else DATABASE_URL, PG*, the target in migrator.json, or the embedded one",
    )
    .option("--target <name>", "a target of migrator.json")
    .option("--config <file>", "migrator.json elsewhere")
    .option("--var <name=value>", "a template variable; can be repeated", collect)
    .option("--vars <file>", "template variables from a JSON, TOML or YAML file; can be repeated", collect)
    .option("--json", "print one JSON object")
    .addOption(
      new Option(
        "--report <where>",
        "github: tell mistakes and warnings as annotations, and write the summary of the job",
      ).choices(["github"]),
    )
    .option("--no-color", "no colours")
    .option("--quiet", "print nothing but errors");
}
