/** The project as a watch has it open, read again when migrator.json, a variables file or the untracked list changes. */
import { join } from "node:path";
import type { Project } from "../commands/context.ts";
import type { Config, CostKind } from "../config/config.ts";
import { readUntracked, untrackedFile } from "../live/tracking.ts";
import { sourceFiles } from "../tenants/source-files.ts";
import type { WatchedFiles } from "./file-events.ts";

export interface WatchedProject extends Project {
  readonly untracked: ReadonlySet<string>;
  /** Costs that a save may run up. */
  readonly allow: ReadonlySet<CostKind>;
  readonly watched: WatchedFiles;
}

export function watchedProject(project: Project, allow: ReadonlySet<CostKind>): WatchedProject {
  const { config, variableFiles } = project;
  return {
    ...project,
    untracked: readUntracked(config),
    allow,
    watched: {
      folder: config.componentsFolder,
      files: [...configFiles(config), ...variableFiles, untrackedFile(config), ...sourceFiles(config)],
      reads: [],
    },
  };
}

/** Where the configuration is, or would be found. */
function configFiles(config: Config): readonly string[] {
  if (config.file !== null) return [config.file];
  return [join(config.root, "migrator.json"), join(config.root, "migrator", "migrator.json")];
}

/** The same project with these files that templates read. */
export function withReads(project: WatchedProject, reads: readonly string[]): WatchedProject {
  return { ...project, watched: { ...project.watched, reads } };
}

/** True where nothing but the variables' values can differ. */
export function sameButVariables(a: WatchedProject, b: WatchedProject): boolean {
  const rest = ({ config, target, untracked, watched }: WatchedProject) =>
    JSON.stringify([{ ...config, variables: {} }, target, [...untracked], watched.files]);
  return rest(a) === rest(b);
}
