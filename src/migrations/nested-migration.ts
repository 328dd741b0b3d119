/**
 * Folders inside of a migration's: they hold what its template reads. A migration among them, or a script, would never run, and is a
 * mistake.
 */
import { type Dirent, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { compareText } from "../../graph/compare.ts";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { fileProblem } from "../config/read-text.ts";
import { isIgnored } from "../project/placement.ts";
import { shownPath } from "../project/scan.ts";
import { parseId } from "./migration.ts";
import { isReplacing, replacedFolder } from "./replaced.ts";

const script = /^up(\..*)?\.sql(\.jinja)?$/;

/** `inside`: what lies in the folder of a migration. */
export function nestedMigrations(
  config: Config,
  folder: string,
  inside: readonly Dirent[],
): readonly Diagnostic[] {
  const keeps = isReplacing(new Set(inside.map(({ name }) => name)));
  const folders = inside.filter((entry) => entry.isDirectory() && !isIgnored(entry.name));
  return folders
    .filter(({ name }) => !(keeps && name === replacedFolder))
    .flatMap(({ name }) => nested(config, folder, join(folder, name)));
}

/** Links are not followed: what they lead to lies elsewhere. */
function nested(config: Config, outer: string, folder: string): readonly Diagnostic[] {
  if (parseId(basename(folder)) !== null)
    return [
      {
        code: "migration",
        message: "a migration lies inside of another, and would not run",
        file: shownPath(config, folder),
        fix: `move it beside ${shownPath(config, outer)}, or name it otherwise where it holds what a template reads`,
      },
    ];
  const inside = list(config, folder);
  if (!Array.isArray(inside)) return [inside];
  return inside.flatMap((entry): readonly Diagnostic[] => {
    const path = join(folder, entry.name);
    if (isIgnored(entry.name)) return [];
    if (entry.isDirectory()) return nested(config, outer, path);
    if (!script.test(entry.name)) return [];
    return [
      {
        code: "migration",
        message: "a script lies in a folder inside of a migration's, and would not run",
        file: shownPath(config, path),
        fix: `move it into ${shownPath(config, outer)} or a migration of its own, or name it otherwise where a template reads it`,
      },
    ];
  });
}

function list(config: Config, folder: string): Dirent[] | Diagnostic {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => compareText(a.name, b.name));
  } catch (error) {
    return fileProblem(shownPath(config, folder), error);
  }
}
