/** Names for completion, from files alone: no database is asked, no template rendered. What cannot be read has no names. */
import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Identity } from "../../graph/identity.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { factsContext } from "../project/facts-context.ts";
import { openMemory } from "../project/memory.ts";
import type { Known } from "./complete.ts";

export function knownOf(folder: string): Known {
  let loaded: Promise<Config | null> | undefined;
  return async (what) => {
    // While a line is typed nobody wants to hear of mistakes in migrator.json.
    loaded ??= loadConfig({ folder }).catch(() => null);
    const config = await loaded;
    return config === null ? [] : namesOf(config, folder, what);
  };
}

function namesOf(config: Config, folder: string, what: Parameters<Known>[0]): readonly string[] {
  switch (what) {
    case "targets":
      return Object.keys(config.targets);
    case "matrices":
      return Object.keys(config.matrices);
    case "modules":
      return config.modules.map(({ name }) => name);
    case "migrations":
      return [...config.modules.flatMap((module) => foldersIn(module.folder))].sort();
    case "schemas":
      return [...foldersIn(join(config.componentsFolder, "idempotent_schemas"))].sort();
    case "components":
      return pathsBelow(config.componentsFolder, folder);
    case "objects":
      return rememberedObjects(config);
  }
}

function foldersIn(folder: string): readonly string[] {
  return entriesOf(folder).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

/** Files and folders, as they are named from the current folder. */
function pathsBelow(components: string, from: string): readonly string[] {
  return entriesOf(components, true)
    .filter(({ name }) => !/^[._]/.test(name))
    .map((entry) => relative(from, join(entry.parentPath, entry.name)) + (entry.isDirectory() ? "/" : ""))
    .map((path) => path.split(sep).join("/"))
    .sort();
}

function entriesOf(folder: string, recursive = false) {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive });
  } catch {
    return [];
  }
}

/** As the last run read them. */
function rememberedObjects({ stateFolder, searchPath }: Config): readonly string[] {
  const names = new Set<string>();
  for (const { outline } of openMemory(stateFolder, factsContext(searchPath)).components.values()) {
    // Written as a ComponentOutline under the same context.
    for (const [identity] of (outline ?? []) as readonly (readonly [Identity])[])
      names.add(`${identity.schema}.${identity.name}`);
  }
  return [...names].sort();
}
