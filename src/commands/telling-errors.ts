/** What every command with --json does about its mistakes. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { CommandContext } from "./context.ts";

/** Runs a command; with --json its mistakes are printed as `{ "version": 1, "errors": […] }` before they are thrown. */
export async function tellingErrors<T>(context: CommandContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (context.output.json && error instanceof MigratorError) {
      context.output.result(JSON.stringify({ version: 1, errors: error.diagnostics }));
    }
    throw error;
  }
}
