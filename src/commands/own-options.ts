/** Options that one command alone has. */
import type { Command } from "commander";
import { aroundOption, collect, fillOptions, syncOptions } from "./sync-options.ts";

export function planOptions(command: Command): Command {
  return aroundOption(fillOptions(syncOptions(command)))
    .option("--sql", "print the plan as plain SQL")
    .option("--markdown", "print the plan as the comment of a pull request")
    .option("--exit-code", "exit with 3 where something is pending");
}

export function statusOptions(command: Command): Command {
  return command
    .option("--all", "also what is unchanged, and what no file declares")
    .option("--exit-code", "exit with 3 where something is pending, 4 where something does not fit");
}

export function rebuildOptions(command: Command): Command {
  return syncOptions(command)
    .option("--plan", "do it in a rehearsal that is rolled back")
    .option("--sql", "print it as plain SQL, and change nothing");
}

export function flattenOptions(command: Command): Command {
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

export function importOptions(command: Command): Command {
  return command
    .option("--owners", "also the owners")
    .option("--no-grants", "without grants")
    .option("--force", "overwrite files that exist")
    .option("--dry-run", "list the files, and write none");
}
