/** The components that the command line named; all of them where it named none. */
import { resolve, sep } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";

export interface Selection {
  readonly whole: boolean;
  has(component: string): boolean;
}

/**
 * `paths` are relative to `folder`, the current one. Throws a MigratorError with exit code 2 where one of them holds
 * none of the components.
 */
export function selectComponents(
  paths: readonly string[],
  folder: string,
  componentsFolder: string,
  components: readonly string[],
): Selection {
  if (paths.length === 0) return { whole: true, has: () => true };
  const wanted = paths.map((path) => (path === "" ? "" : resolve(folder, path)));
  const below = (component: string, path: string): boolean => {
    const file = resolve(componentsFolder, component);
    // An empty text is a variable of the shell that is not set, not the current folder.
    if (path === "") return false;
    return file === path || file.startsWith(path + sep);
  };
  const missing = paths.filter((_, i) => !components.some((component) => below(component, wanted[i] ?? "")));
  if (missing.length > 0) {
    throw new MigratorError(
      missing.map((path) => ({
        code: "usage",
        message: path === "" ? "a path is empty" : `no component at ${path}`,
        fix: `name files or folders below ${componentsFolder}`,
      })),
      2,
    );
  }
  return { whole: false, has: (component) => wanted.some((path) => below(component, path)) };
}
