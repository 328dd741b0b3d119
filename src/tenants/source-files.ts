/** The files that the values of matrices come from. */
import { resolve } from "node:path";
import type { Config } from "../config/config.ts";

/** Absolute paths, of files that may not be there. */
export function sourceFiles({ matrices, root }: Config): readonly string[] {
  return Object.values(matrices).flatMap(({ source, variableSchema }) => [
    ...(source.kind === "file" ? [resolve(root, source.file)] : []),
    ...(typeof variableSchema === "string" ? [resolve(root, variableSchema)] : []),
  ]);
}
