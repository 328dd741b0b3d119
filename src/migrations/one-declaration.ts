/** Takes one CREATE statement out of a component, for a step that makes or replaces that object alone. */
import { readFileSync } from "node:fs";
import { createStatement, replaceStatement } from "../../graph/definition.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { parseComponent } from "../sql/parse-component.ts";
import type { Script } from "./migration.ts";

/** `which` counts from 1, in the order of the text. `loadParser` must have been awaited. Throws a MigratorError. */
export function oneDeclaration(
  text: string,
  which: number,
  replace: boolean,
  searchPath: readonly string[],
): string {
  const { parsed, mistakes } = parseComponent("", text, { searchPath });
  const [mistake] = mistakes;
  if (mistake !== undefined) throw wrong(mistake.message);
  const declared = [...parsed.objects].sort((a, b) => a.offset - b.offset)[which - 1];
  if (declared === undefined) throw wrong(`the text has no CREATE statement number ${which}`);
  return `${replace ? replaceStatement(declared) : createStatement(declared)};\n`;
}

/** Whether its template takes statements out of components: the parser must be there then. */
export function takesDeclarations(script: Script | null): boolean {
  return script?.template === true && /\bfilter\s+create/.test(readFileSync(script.path, "utf8"));
}

function wrong(message: string): MigratorError {
  const fix = "see what the included component declares";
  return new MigratorError([{ code: "template-error", message, fix }]);
}
