/** The file of a script, before anything is made of it. */
import { lstatSync, readFileSync } from "node:fs";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { fileProblem } from "../config/read-text.ts";
import { shownPath } from "../project/scan.ts";
import type { Script } from "./migration.ts";

/** The script itself among the names: what stands beside it has names that begin so. */
export function scriptName(script: Script): string {
  return `./${script.fileName}`;
}

/** Throws a MigratorError. */
export function readScript(config: Config, { path }: Script): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const file = shownPath(config, path);
    const leads = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (leads && error instanceof Error && "code" in error && error.code === "ENOENT") {
      const fix = "correct the link, or write the script in its place";
      throw new MigratorError([{ code: "file", message: "it is a link that leads nowhere", file, fix }]);
    }
    throw new MigratorError([fileProblem(file, error)]);
  }
}

/** Whether its template takes statements out of components: the parser must be there then. */
export function takesDeclarations(script: Script | null): boolean {
  return script?.template === true && /\bfilter\s+create/.test(readFileSync(script.path, "utf8"));
}
