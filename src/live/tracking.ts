/** Which components the tool leaves alone: a list in the project, written by `component untrack`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "../config/config.ts";

/** Beside the components, so that it is committed with them. */
export function untrackedFile(config: Config): string {
  return join(dirname(config.componentsFolder), "untracked");
}

/** Component paths below components/, one a line. */
export function readUntracked(config: Config): ReadonlySet<string> {
  let text: string;
  try {
    text = readFileSync(untrackedFile(config), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Set();
    throw error;
  }
  return new Set(
    text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#")),
  );
}

export function writeUntracked(config: Config, components: ReadonlySet<string>): void {
  const file = untrackedFile(config);
  mkdirSync(dirname(file), { recursive: true });
  const lines = [...components].sort();
  writeFileSync(file, ["# components that the tool leaves alone", ...lines, ""].join("\n"));
}
