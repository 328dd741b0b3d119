/** `completion`: the script for a shell, and the answers that the script asks for. */
import type { Command } from "commander";
import { MigratorError } from "../../graph/diagnostic.ts";
import { complete } from "../completion/complete.ts";
import { knownOf } from "../completion/known.ts";
import { scripts, shells } from "../completion/scripts.ts";
import { suggestWord } from "../config/nearest.ts";
import type { CommandContext } from "./context.ts";

export async function printCompletion({ output }: CommandContext, wanted: string): Promise<number> {
  const shell = shells.find((one) => one === wanted);
  if (shell === undefined) {
    const message = `there is no completion for ${wanted}`;
    throw new MigratorError([{ code: "usage", message, fix: suggestWord(wanted, shells) }], 2);
  }
  if (output.json) output.result(JSON.stringify({ version: 1, shell, script: scripts[shell], errors: [] }));
  else output.result(scripts[shell]);
  return 0;
}

/** The candidates for the last of the words, a line each. */
export async function completionLines(
  program: Command,
  folder: string,
  words: readonly string[],
): Promise<string> {
  const found = await complete(program, words, knownOf(folder));
  return found
    .filter(({ word }) => !/\p{Cc}/u.test(word))
    .map(({ word, about }) => (about === "" ? `${word}\n` : `${word}\t${about}\n`))
    .join("");
}
