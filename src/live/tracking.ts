/** Which components the tool leaves alone: a list in the project, written by `component untrack`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, relative, sep } from "node:path";
import type { Desired } from "../../graph/desired.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { readText } from "../config/read-text.ts";
import { fileOfComponent } from "../tenants/scoped-name.ts";
import { untrackedFile } from "./untracked-file.ts";

/** Component paths below components/, one a line. */
export function readUntracked(config: Config): ReadonlySet<string> {
  const path = untrackedFile(config);
  const read = readText(path, relative(config.root, path).split(sep).join("/"));
  if (read.kind === "mistake") {
    if (read.missing) return new Set();
    throw new MigratorError([read.mistake]);
  }
  return new Set(
    read.text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#")),
  );
}

/** Without the objects of untracked components. */
export function trackedOnly(desired: Desired, untracked: ReadonlySet<string>): Desired {
  if (untracked.size === 0) return desired;
  const objects = new Map(
    [...desired.objects].filter(([, object]) => !untracked.has(fileOfComponent(object.component))),
  );
  return { ...desired, objects };
}

export function writeUntracked(config: Config, components: ReadonlySet<string>): void {
  const file = untrackedFile(config);
  mkdirSync(dirname(file), { recursive: true });
  const lines = [...components].sort();
  writeFileSync(file, ["# components that the tool leaves alone", ...lines, ""].join("\n"));
}
