/** The commands about migrations and what they are pinned to, as the command line knows them. */
import type { Command } from "commander";
import type { AddCommand, GlobalOptions } from "./add-command.ts";
import type { ApplyOptions } from "./apply-options.ts";
import type { DowngradeOptions } from "./downgrade.ts";
import type { AdoptOptions } from "./migration-adopt.ts";
import type { BuildOptions } from "./migration-build.ts";
import type { NewOptions } from "./migration-new.ts";
import type { PinOptions } from "./migration-pin.ts";
import type { RefreshOptions } from "./migration-refresh.ts";
import type { RevertOptions } from "./migration-revert.ts";
import type { MigrationStatusOptions } from "./migration-status.ts";
import type { TestOptions } from "./migration-test.ts";
import type { CheckoutOptions, PruneOptions } from "./pin.ts";
import { tellSettled } from "./settled.ts";
import {
  allowOption,
  collect,
  fillOptions,
  isolatedOption,
  jobsOption,
  shardOption,
  syncOptions,
  valueOptions,
} from "./sync-options.ts";

export function addMigrationCommands(program: Command, add: AddCommand): void {
  add(
    program,
    "downgrade",
    "undo, from the ledger, what the database has and these files have not",
    (c) => fillOptions(syncOptions(revertOptions(c))),
    async (ctx, options: DowngradeOptions) => {
      const { downgrade } = await import("./downgrade.ts");
      return downgrade(ctx, options);
    },
  );
  add(
    program,
    "history <object>",
    "every version of an object: when, by which migration or run, by whom, and what changed",
    (c) => c,
    async (ctx, options: GlobalOptions, [wanted = ""]) => {
      const { history } = await import("./history.ts");
      return history(ctx, options, wanted);
    },
  );
  addMigration(
    program.command("migration").description("timestamped migrations: make, build, pin, apply, revert"),
    add,
  );
  addPin(program.command("pin").description("what migrations are pinned to"), add);
}

function addMigration(migration: Command, add: AddCommand): void {
  add(
    migration,
    "new <name>",
    "make the folder of a migration",
    (c) =>
      c
        .option("--module <name>", "the module of migrator.json that it belongs to")
        .option("--changed", "write what brings along every component that changed since it was pinned")
        .option("--component <path>", "write it for this component or folder alone; can be repeated", collect)
        .option(
          "--around <sql>",
          "a change of tables that components stand on, or a file of such; can be repeated",
          collect,
        )
        .option("--scope <name>", "whose tables --around changes: shared (the default), or those of a matrix")
        .option("--shadow <url>", "where migrations are replayed: a server's URL, server or embedded"),
    async (ctx, options: NewOptions, [name = ""]) => {
      const { newCommand } = await import("./migration-new.ts");
      return newCommand(ctx, options, name);
    },
  );
  add(
    migration,
    "refresh <migration>",
    "write its generated block anew, after others came before it or components changed",
    (c) =>
      c
        .option("--shadow <url>", "where migrations are replayed: a server's URL, server or embedded")
        .option("--ignore-applied", "although the database has it applied"),
    async (ctx, options: RefreshOptions, [name = ""]) => {
      const { refreshCommand } = await import("./migration-refresh.ts");
      return refreshCommand(ctx, options, name);
    },
  );
  add(
    migration,
    "build <migration>",
    "print the SQL of a migration",
    (c) =>
      c
        .option("--pinned <true|false>", "from what is pinned alone, or from the working tree (required)")
        .option(
          "--down",
          "the way back; one that nobody wrote is found where the statements have an evident one",
        )
        .option("--scope <value>", "tenant=acme: the parts that run for this value of a matrix")
        .option("--write", "with --down: write what was found as down.sql")
        .option("--shadow <url>", "with --down: where it is found"),
    async (ctx, options: BuildOptions, [name = ""]) => {
      const { buildCommand } = await import("./migration-build.ts");
      return buildCommand(ctx, options, name);
    },
  );
  add(
    migration,
    "pin [migrations...]",
    "fix migrations to the files that they read now",
    (c) => c.option("--all", "every migration that is not pinned"),
    async (ctx, options: PinOptions, names) => {
      const { pinCommand } = await import("./migration-pin.ts");
      return pinCommand(ctx, options, names);
    },
  );
  add(
    migration,
    "apply [migration]",
    "run what is pending, or one migration; components are left alone",
    (c) => allowOption(stageOptions(valueOptions(jobsOption(applyOptions(c))))),
    async (ctx, options: ApplyOptions, [name]) => {
      const begun = name === undefined ? await tellSettled(ctx, options) : undefined;
      if (begun === null) return 0;
      const { applyCommand } = await import("./migration-apply.ts");
      return applyCommand(ctx, options, name, begun);
    },
  );
  add(
    migration,
    "revert [migration]",
    "undo the last migration, one that is named, or all after --to, by what the database keeps",
    (c) =>
      valueOptions(allowOption(revertOptions(c))).option(
        "--to <migration>",
        "all that were applied after this one",
      ),
    async (ctx, options: RevertOptions, [name]) => {
      const { revertCommand } = await import("./migration-revert.ts");
      return revertCommand(ctx, options, name);
    },
  );
  add(
    migration,
    "adopt [migrations...]",
    "record migrations as applied without running them",
    (c) =>
      valueOptions(
        c.option("--all", "every one that is pending").option("--yes", "do not ask on a protected target"),
      ),
    async (ctx, options: AdoptOptions, names) => {
      const { adoptCommand } = await import("./migration-adopt.ts");
      return adoptCommand(ctx, options, names);
    },
  );
  add(
    migration,
    "test [migration]",
    "up, down and up again in a shadow, the catalogs compared after each",
    (c) =>
      c
        .option("--all", "every migration from nothing, as it is pinned")
        .option("--shadow <url>", "where: a server's URL, server or embedded"),
    async (ctx, options: TestOptions, [name]) => {
      const { testCommand } = await import("./migration-test.ts");
      return testCommand(ctx, options, name);
    },
  );
  add(
    migration,
    "status",
    "each migration, and whether it is applied, pending, altered or missing",
    (c) => c.option("--exit-code", "exit with 3 where something is pending, 4 where something does not fit"),
    async (ctx, options: MigrationStatusOptions) => {
      const { migrationStatusCommand } = await import("./migration-status.ts");
      return migrationStatusCommand(ctx, options);
    },
  );
}

function addPin(pin: Command, add: AddCommand): void {
  add(
    pin,
    "check",
    "whether everything pinned is there and as it was, and nothing else",
    (c) => c,
    async (ctx, options: GlobalOptions) => {
      const { checkPinsCommand } = await import("./pin.ts");
      return checkPinsCommand(ctx, options);
    },
  );
  add(
    pin,
    "diff <migration> [other]",
    "from what one migration is pinned to, to another or to the working tree",
    (c) => c,
    async (ctx, options: GlobalOptions, names) => {
      const { diffPinsCommand } = await import("./pin.ts");
      return diffPinsCommand(ctx, options, names);
    },
  );
  add(
    pin,
    "prune",
    "remove stored files that no migration is pinned to",
    (c) => c.option("--dry-run", "list them, and remove none"),
    async (ctx, options: PruneOptions) => {
      const { prunePinsCommand } = await import("./pin.ts");
      return prunePinsCommand(ctx, options);
    },
  );
  add(
    pin,
    "checkout <migration>",
    "write the components as they were then into a folder",
    (c) => c.option("--into <folder>", "a folder that is not there yet"),
    async (ctx, options: CheckoutOptions, [name = ""]) => {
      const { checkoutPinsCommand } = await import("./pin.ts");
      return checkoutPinsCommand(ctx, options, name);
    },
  );
}

/** For commands that apply migrations. */
export function applyOptions(command: Command): Command {
  return chosenOptions(timeoutOptions(command))
    .option("--single-transaction", "all in one transaction")
    .option("--dry-run", "rehearse, and roll back")
    .option(
      "--carry-unmanaged",
      "take along what hangs on the objects of a generated block, and it does not know of",
    )
    .option("--yes", "do not ask on a protected target");
}

/** Which of the migrations that are pending. */
export function chosenOptions(command: Command): Command {
  return command
    .option("--to <migration>", "no further than this one")
    .option("--out-of-order", "also those that are older than one that is applied")
    .option("--ignore-missing", "although migrations are applied that these files do not have");
}

/** How the values of a matrix are brought along. */
export function stageOptions(command: Command): Command {
  return isolatedOption(shardOption(command))
    .option(
      "--canary <n>",
      "the first n values (or this one) before the others, which wait until those are well",
    )
    .option("--max-failures <n>", "begin no value once so many failed");
}

function revertOptions(command: Command): Command {
  return timeoutOptions(command)
    .option("--single-transaction", "all in one transaction")
    .option("--dry-run", "rehearse, and roll back")
    .option(
      "--carry-unmanaged",
      "take along what hangs on the objects of a generated block, and it does not know of",
    )
    .option("--yes", "do not ask");
}

function timeoutOptions(command: Command): Command {
  return command
    .option("--lock-timeout <time>", "how long to wait for a lock at a time: 200ms, 5s")
    .option("--statement-timeout <time>", "how long one statement may take: 30s, 10min");
}
