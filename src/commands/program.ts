/** The commands and their options, as the command line knows them. A command's code is loaded when it is called. */
import { Command, CommanderError, Option } from "commander";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Environment } from "../config/target.ts";
import { createMask, type Mask, maskedStreams, type Streams } from "../report/mask.ts";
import type { AddCommand, GlobalOptions } from "./add-command.ts";
import { type ApplyEverythingOptions, apply, plan } from "./apply.ts";
import type { ImportOptions } from "./component-import.ts";
import type { CommandContext } from "./context.ts";
import type { DriftOptions } from "./drift.ts";
import type { FlattenOptions } from "./flatten-state.ts";
import type { GraphOptions } from "./graph.ts";
import { addMigrationCommands, applyOptions, chosenOptions, stageOptions } from "./migration-commands.ts";
import { openReporter } from "./open-reporter.ts";
import { createOutput } from "./output.ts";
import type { RebuildOptions } from "./rebuild.ts";
import type { SyncOptions } from "./run-sync.ts";
import type { StatusOptions } from "./status.ts";
import {
  aroundOption,
  collect,
  fillOptions,
  onlineOption,
  scopeOptions,
  syncOptions,
  togetherOptions,
  watchOptions,
} from "./sync-options.ts";
import { addTenantCommands } from "./tenant-commands.ts";
import { version } from "./version.ts";
import type { WatchOptions } from "./watch.ts";

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
}

export function createProgram(context: ProgramContext): Program {
  let exitCode = 0;
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

  /** What gives each command its options: only one of them runs. */
  const optionsOf = new Map<Command, () => void>();
  /** Adds the common options and runs `action` with them. */
  const command: AddCommand = <O extends GlobalOptions>(
    parent: Command,
    name: string,
    description: string,
    options: (command: Command) => Command,
    action: (context: CommandContext, options: O, args: readonly string[]) => Promise<number>,
  ) => {
    const added = parent.command(name).description(description);
    optionsOf.set(added, () => void common(options(added)));
    added.action(async (...all: unknown[]) => {
      const self = all.at(-1) as Command;
      const given = self.optsWithGlobals() as O;
      const reporter = await openReporter(given.report, {
        env: context.env,
        mask: mask.apply,
        write: (text) => void streams.stderr.write(text),
      });
      const plain = createOutput(given, streams, context.process, reporter);
      const result = (text: string): void => {
        told = true;
        plain.result(text);
      };
      const output = { ...plain, result };
      exitCode = await action({ folder: context.folder, env: context.env, output, mask }, given, self.args);
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
    (c) => togetherOptions(scopeOptions(chosenOptions(onlineOption(planOptions(c))))),
    async (ctx, options: ApplyEverythingOptions) => {
      return plan(ctx, options);
    },
  );
  command(
    program,
    "sync [paths...]",
    "bring the database to the state of the components",
    (c) => togetherOptions(scopeOptions(onlineOption(aroundOption(fillOptions(syncOptions(c)))))),
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
        scopeOptions(stageOptions(applyOptions(onlineOption(aroundOption(fillOptions(syncOptions(c))))))),
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

  addMigrationCommands(program, command);
  addTenantCommands(program, command);

  return {
    run: async (args) => {
      try {
        addOptions(program, optionsOf, args);
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
function addOptions(
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

function wrongCommandLine(error: CommanderError): MigratorError {
  const fix = "run migrator --help, or migrator <command> --help";
  return new MigratorError([{ code: "usage", message: error.message.replace(/^error: /, ""), fix }], 2);
}

/** What a command that could not even begin prints with --json: plan, sync and apply have one form for everything. */
async function failedJson(name: string | undefined, errors: readonly Diagnostic[]): Promise<object> {
  if (name !== "plan" && name !== "sync" && name !== "apply") return { version: 1, errors };
  const { planJson } = await import("../report/plan-report.ts");
  return planJson(null, 0, errors);
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
    .option("--vars <file>", "template variables from a JSON file; can be repeated", collect)
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

function planOptions(command: Command): Command {
  return aroundOption(fillOptions(syncOptions(command)))
    .option("--sql", "print the plan as plain SQL")
    .option("--markdown", "print the plan as the comment of a pull request")
    .option("--exit-code", "exit with 3 where something is pending");
}

function statusOptions(command: Command): Command {
  return command
    .option("--all", "also what is unchanged, and what no file declares")
    .option("--exit-code", "exit with 3 where something is pending, 4 where the database was changed");
}

function rebuildOptions(command: Command): Command {
  return syncOptions(command)
    .option("--plan", "do it in a rehearsal that is rolled back")
    .option("--sql", "print it as plain SQL, and change nothing");
}

function flattenOptions(command: Command): Command {
  return command
    .option("--scope <matrix>", "the parts of this matrix alone")
    .option("--to <migration>", "up to this one; those behind it stay")
    .option("--name <name>", "what follows the time in the baseline's name; else baseline")
    .option(
      "--data <table>",
      "write the rows that the migrations wrote into this table; can be repeated, or all",
      collect,
    )
    .option("--shadow <url>", "where migrations are replayed: a server's URL, server or embedded")
    .option(
      "--remove",
      "remove the old migrations, which git has, instead of keeping them beside the baseline",
    )
    .option("--force", "with --remove: although git does not have them as they are")
    .option("--dry-run", "prove it and print it, and write nothing");
}

function importOptions(command: Command): Command {
  return command
    .option("--owners", "also the owners")
    .option("--no-grants", "without grants")
    .option("--force", "overwrite files that exist")
    .option("--dry-run", "list the files, and write none");
}
