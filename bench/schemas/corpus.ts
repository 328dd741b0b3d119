/** Reads a corpus: a real project's schema as base.sql and one component an object. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Omission, Schema } from "./schema.ts";

export const corpusNames = ["pagila", "adventureworks", "postgrest"] as const;
export type CorpusName = (typeof corpusNames)[number];

const searchPaths: Readonly<Record<CorpusName, readonly string[]>> = {
  pagila: ["public"],
  adventureworks: ["public"],
  postgrest: ["test", "public", "extensions"],
};

const variedArguments =
  "an argument has the name json, a keyword in the grammar of PostgreSQL 18: it fails there by itself";

/** `folder` is the one that holds all corpora. */
export function readCorpus(folder: string, name: CorpusName): Schema {
  const root = join(folder, name);
  const components = new Map<string, string>();
  const omitted: Omission[] = [];
  for (const component of sqlFiles(join(root, "components"))) {
    if (name === "postgrest" && component.includes("varied_arguments"))
      omitted.push({ component, reason: variedArguments });
    else components.set(component, readFileSync(join(root, "components", component), "utf8"));
  }
  return {
    name,
    base: readFileSync(join(root, "base.sql"), "utf8"),
    components,
    searchPath: searchPaths[name],
    omitted,
  };
}

function sqlFiles(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".sql"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}
