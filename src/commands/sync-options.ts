/** Options that the commands which bring components along have in common. */
import type { Command } from "commander";

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
