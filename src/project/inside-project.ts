/** Whether a path stays in the project: nothing outside it is read, also not through a link. */
import { realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";

/** The mistake of a path that a link leads out of the project; null for all others, those that are not there included. */
export function outsideProject(config: Config, path: string, shown: string): Diagnostic | null {
  try {
    const real = realpathSync.native(path);
    // Components that are replayed stand in a folder of the tool's own.
    const folders = isInside(config.root, config.componentsFolder)
      ? [config.root]
      : [config.root, config.componentsFolder];
    if (folders.some((folder) => isInside(realpathSync.native(folder), real))) return null;
  } catch {
    // Whoever reads it is told the same by the file system.
    return null;
  }
  return {
    code: "file",
    message: "a link leads out of the project",
    file: shown,
    fix: "nothing outside the folder of migrator.json is read: copy it there, or remove the link",
  };
}

function isInside(folder: string, path: string): boolean {
  const inner = relative(folder, path);
  return inner !== ".." && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}
