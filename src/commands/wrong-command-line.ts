/** What is told of a command line that names no command, or options that it has not. */
import type { CommanderError } from "commander";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";

export function wrongCommandLine(error: CommanderError): MigratorError {
  const [message = "", suggestion] = error.message.replace(/^error: /, "").split("\n(Did you mean ", 2);
  const fix =
    suggestion === undefined
      ? "run migrator --help, or migrator <command> --help"
      : `did you mean ${suggestion.replace(/\?\)$/, "?")}`;
  return new MigratorError([{ code: "usage", message, fix }], 2);
}

/** What a command that could not even begin prints with --json: plan, sync and apply have one form for everything. */
export async function failedJson(name: string | undefined, errors: readonly Diagnostic[]): Promise<object> {
  if (name !== "plan" && name !== "sync" && name !== "apply") return { version: 1, errors };
  const { planJson } = await import("../report/plan-report.ts");
  return planJson(null, 0, errors);
}
