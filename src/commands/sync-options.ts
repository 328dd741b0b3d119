/** Options that the commands which bring components along have in common. */
import type { Command } from "commander";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { CommonOptions } from "./context.ts";
import type { TogetherOptions } from "./scope-options.ts";

export interface SyncOptions extends CommonOptions, TogetherOptions {
  /** `drift`: each value of a matrix is looked at by itself. */
  readonly check?: string;
  readonly sql?: boolean;
  readonly exitCode?: boolean;
  readonly take?: string;
  readonly allow?: readonly string[];
  readonly around?: readonly string[];
  readonly refresh?: string;
  /** False for --no-data. */
  readonly data?: boolean;
  readonly online?: boolean;
  /** The differences of the definitions, too. */
  readonly diff?: boolean;
  /** A plan is printed as a comment. */
  readonly markdown?: boolean;
}

/** For an option that can be repeated. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** For what brings materialized views along. */
export function fillOptions(command: Command): Command {
  return command
    .option(
      "--refresh <which>",
      "fill materialized views again: affected (those that read what changed), none (the default) or all",
    )
    .option("--no-data", "leave materialized views that are made anew without data");
}

export function diffOption(command: Command): Command {
  return command.option("--diff", "the differences of the definitions below each change");
}

export function onlineOption(command: Command): Command {
  return command.option(
    "--online",
    "build materialized views and indexes side by side first, so that readers wait for a short swap alone",
  );
}

export function aroundOption(command: Command): Command {
  return command.option(
    "--around <sql>",
    "a statement that changes tables below the components, or a file of such; can be repeated",
    collect,
  );
}

export function syncOptions(command: Command): Command {
  return allowOption(
    command.option(
      "--take <side>",
      "what was changed in the database: files overwrites it, database writes it to the files",
      oneSide,
    ),
  );
}

export function allowOption(command: Command): Command {
  return command.option(
    "--allow <cost>",
    "rebuild-index, revalidate, rewrite or repopulate: may be run up; can be repeated",
    collect,
  );
}

/** For what works on the values of matrices. */
export function scopeOptions(command: Command): Command {
  return valueOptions(
    command.option("--scope <name>", "shared, a matrix, or one value of it, tenant=acme: nothing but that"),
  );
}

export function valueOptions(command: Command): Command {
  return command
    .option(
      "--only <keys>",
      "of the values of matrices these alone: keys, patterns with * and ?, with commas; can be repeated",
      collect,
    )
    .option("--except <keys>", "all values of matrices but these; can be repeated", collect);
}

/** Keys and patterns of these; which part of the values is this run's. */
export function shardOption(command: Command): Command {
  return command.option(
    "--shard <k/n>",
    "the k-th of n parts of the values, in which a value stays whatever others come and go",
  );
}

export function isolatedOption(command: Command): Command {
  return command.option(
    "--isolated",
    "refuse what is a value's and touches a schema that is neither its own nor shared: its components, and its scripts, which are rehearsed first",
  );
}

export function togetherOptions(command: Command): Command {
  return jobsOption(
    command
      .option("--together", "what is shared and all values of matrices in one transaction")
      .option(
        "--check <what>",
        "drift: look at each value of a matrix by itself, also where nothing seems to be to do",
      ),
  );
}

export function jobsOption(command: Command): Command {
  return command.option(
    "--jobs <number>",
    "how many values of matrices are worked on at the same time",
    numberOfJobs,
  );
}

/** Whatever comes of it: a single database has no use for the number. */
function numberOfJobs(given: string): string {
  if (/^[1-9]\d{0,2}$/.test(given)) return given;
  const fix = "write how many values are worked on at the same time, --jobs 4";
  throw new MigratorError([{ code: "usage", message: `--jobs ${given} is no number`, fix }], 2);
}

function oneSide(side: string, before: string | undefined): string {
  if (before === undefined || before === side) return side;
  const fix = "--take files overwrites the database, --take database the files: give one of them";
  throw new MigratorError([{ code: "usage", message: `--take ${before} and --take ${side}`, fix }], 2);
}

export function watchOptions(command: Command): Command {
  return jobsOption(diffOption(scopeOptions(fillOptions(syncOptions(command))))).option(
    "--poll",
    "for network drives and other file systems that tell of no change",
  );
}
