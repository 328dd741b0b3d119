/** What the options of a sync mean to the engine. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { RefreshMode } from "../../graph/plan/pass.ts";
import { suggestWord } from "../config/nearest.ts";
import { allowedCosts } from "./allowed-costs.ts";
import type { CommandContext, Project } from "./context.ts";
import type { ScopeWork } from "./scope-part.ts";
import type { SyncOptions } from "./sync-options.ts";

/** What is the same for the shared part and for every scope. */
export function settingsOf(
  context: CommandContext,
  project: Project,
  options: SyncOptions,
  run: Pick<ScopeWork["settings"], "command" | "rehearsal">,
): ScopeWork["settings"] {
  return {
    command: run.command,
    rehearsal: run.rehearsal,
    takeFiles: options.take === "database" ? false : takesFiles(options.take),
    allow: allowedCosts(project, options.allow),
    refresh: refreshMode(options.refresh),
    fill: options.data !== false,
    lockTimeout: project.config.lockTimeout,
    lockRetries: project.config.lockRetries,
    onWait: (message) => context.output.note(message),
    onWorking: context.output.working,
  };
}

/** For the commands that write no component: the database's side is not theirs to take. */
export function takesFiles(take: string | undefined): boolean {
  if (take === undefined || take === "files") return take === "files";
  const [message, fix] =
    take === "database"
      ? [
          "--take database writes component files, which this command does not",
          "run migrator sync --take database",
        ]
      : [`--take ${take} is not known`, "--take files overwrites the database, --take database the files"];
  throw new MigratorError([{ code: "usage", message, fix }], 2);
}

export function refreshMode(given: string | undefined): RefreshMode {
  const modes: readonly RefreshMode[] = ["affected", "none", "all"];
  const mode = modes.find((known) => known === (given ?? "none"));
  if (mode !== undefined) return mode;
  const message = `--refresh ${given} is not known`;
  throw new MigratorError([{ code: "usage", message, fix: suggestWord(given ?? "", modes) }], 2);
}
