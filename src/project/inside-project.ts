/** Whether a path stays in the project: nothing outside it is read, also not through a link. */
import { realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";

/** The mistake of a path that a link leads out of the project; null for all others, those that are not there included. */
export function outsideProject(config: Config, path: string, shown: string): Diagnostic | null {
  let inner: string;
  try {
    inner = relative(realpathSync.native(config.root), realpathSync.native(path));
  } catch {
    // Whoever reads it is told the same by the file system.
    return null;
  }
  if (inner !== ".." && !inner.startsWith(`..${sep}`) && !isAbsolute(inner)) return null;
  return {
    code: "file",
    message: "a link leads out of the project",
    file: shown,
    fix: "nothing outside the folder of migrator.json is read: copy it there, or remove the link",
  };
}
