/** Asks before a protected target is changed. */
import { createInterface } from "node:readline/promises";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Target } from "../config/target.ts";
import type { CommandContext } from "./context.ts";

/** Throws a MigratorError (exit code 2) unless the target is not protected, `yes` was given, or its name is typed. */
export async function confirmProtected(
  { output }: CommandContext,
  target: Target,
  yes: boolean,
  what: string,
): Promise<void> {
  if (target.kind === "embedded" || !target.protected || yes) return;
  const name = target.name ?? "the target";
  if (process.stdin.isTTY !== true || output.json) {
    throw new MigratorError(
      [
        {
          code: "usage",
          message: `${name} is protected: to ${what} needs a confirmation, and nobody can be asked`,
          fix: "add --yes",
        },
      ],
      2,
    );
  }
  // Nothing may be written over the question.
  output.working(null);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${name} is protected. Type its name to ${what}: `);
    if (answer.trim() === name) return;
  } finally {
    terminal.close();
  }
  throw new MigratorError(
    [{ code: "usage", message: "not confirmed: nothing was changed", fix: `type ${name}, or add --yes` }],
    2,
  );
}
