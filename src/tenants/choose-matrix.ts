/** The matrix that a command works on where it can be any. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { matrixNamed } from "./read-scopes.ts";

/** `--matrix`, else the only one, else `tenant`. Throws a MigratorError (exit code 2). */
export function chooseMatrix(config: Config, given: string | undefined): string {
  const names = Object.keys(config.matrices);
  const [first = "tenant", second] = names;
  const name = given ?? (second === undefined ? first : "tenant");
  if (given === undefined && second !== undefined && !names.includes(name)) {
    const message = `there are several matrices: ${names.join(", ")}`;
    throw new MigratorError([{ code: "usage", message, fix: "choose one with --matrix" }], 2);
  }
  matrixNamed(config, name);
  return name;
}
