/** Files and folders that were named, as the objects that their components declare. */
import { join, relative, resolve, sep } from "node:path";
import type { Desired } from "../../graph/desired.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { identityKey } from "../../graph/identity.ts";
import { nearestPath } from "../config/nearest.ts";
import type { Files } from "../live/workspace.ts";
import { fileOfComponent } from "../tenants/scoped-name.ts";
import type { CommandContext } from "./context.ts";

export interface SelectedPaths {
  /** The keys of the objects that they declare, of whichever scope. */
  keys(desired: Desired): ReadonlySet<string>;
  /** Whether any of them is a shared component, or one of a matrix. */
  readonly shared: boolean;
  readonly scoped: boolean;
}

/** Throws a MigratorError where one names no component. */
export function selectPaths(
  context: CommandContext,
  folder: string,
  { components, tree }: Pick<Files, "components" | "tree">,
  paths: readonly string[],
): SelectedPaths {
  const scoped = [...tree.files.values()].filter(({ placement }) => placement.kind === "scoped");
  const lies = placing(context, folder, paths);
  const ofShared = components.filter(({ component }) => lies(component));
  const ofScopes = scoped.filter(({ name }) => lies(name));
  const named = [...components.map(({ component }) => component), ...scoped.map(({ name }) => name)];
  refuseUnknown(context, folder, paths, lies.matched(), named);
  return {
    keys: (desired) => keysAt(desired, lies),
    shared: ofShared.length > 0,
    scoped: ofScopes.length > 0,
  };
}

function keysAt(desired: Desired, lies: (component: string) => boolean): ReadonlySet<string> {
  const objects = [...desired.objects.values()].filter(({ component }) => lies(component));
  return new Set(objects.map(({ identity }) => identityKey(identity)));
}

/** Whether a component lies in one of the paths; `matched` are those that had any, by their place in the list. */
function placing({ folder: from }: CommandContext, folder: string, paths: readonly string[]) {
  // An empty text is a variable of the shell that is not set, not the current folder.
  const wanted = paths.map((path) => (path === "" ? null : resolve(from, path)));
  const matched = new Set<number>();
  const lies = (component: string): boolean => {
    const file = resolve(folder, fileOfComponent(component));
    let found = false;
    for (const [i, path] of wanted.entries()) {
      if (path === null || (file !== path && !file.startsWith(path + sep))) continue;
      matched.add(i);
      found = true;
    }
    return found;
  };
  return Object.assign(lies, { matched: (): ReadonlySet<number> => matched });
}

/** The files and their folders, as they are named from the current folder. */
function pathsFrom(from: string, folder: string, named: readonly string[]): readonly string[] {
  const known = new Set<string>();
  for (const component of named) {
    const parts = fileOfComponent(component).split("/");
    for (let at = 1; at <= parts.length; at++)
      known.add(
        relative(from, join(folder, ...parts.slice(0, at)))
          .split(sep)
          .join("/"),
      );
  }
  return [...known];
}

/** `named`: the components that there are, by their paths below the folder. */
function refuseUnknown(
  { folder: from }: CommandContext,
  folder: string,
  paths: readonly string[],
  matched: ReadonlySet<number>,
  named: readonly string[],
): void {
  const missing = paths.filter((_, i) => !matched.has(i));
  if (missing.length === 0) return;
  const known = pathsFrom(from, folder, named);
  throw new MigratorError(
    missing.map((path) => {
      const near = path === "" ? undefined : nearestPath(path, known);
      return {
        code: "usage",
        message: path === "" ? "a path is empty" : `no component at ${path}`,
        fix: near === undefined ? `name files or folders below ${folder}` : `did you mean "${near}"?`,
      };
    }),
    2,
  );
}
