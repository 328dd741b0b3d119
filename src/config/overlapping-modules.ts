/** Modules whose folders of migrations overlap: each migration would be there twice, under two names. */
import { realpathSync, statSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";

interface Mistake {
  readonly path: (string | number)[];
  readonly message: string;
  readonly fix: string;
}

/** `root`: the absolute folder that the modules' paths are relative to. Of two that overlap the later one is told. */
export function overlappingModules(
  modules: readonly { readonly name: string; readonly path: string }[],
  root: string,
): readonly Mistake[] {
  const folders = modules.map(({ path }) => placeOf(resolve(root, path)));
  return modules.flatMap((_, index): readonly Mistake[] => {
    const own = folders[index] ?? "";
    const other = folders.slice(0, index).findIndex((one) => isInside(own, one) || isInside(one, own));
    const [name, place] = [modules[other]?.name, folders[other]];
    if (name === undefined || place === undefined) return [];
    const how = place === own ? "is that of" : isInside(own, place) ? "lies inside that of" : "holds that of";
    return [
      {
        path: ["modules", index, "path"],
        message: `the folder ${how} module "${name}"`,
        fix: "give each module a folder of its own, beside those of the others",
      },
    ];
  });
}

/** Where links lead; a folder that is not there yet is where it says. */
function placeOf(folder: string): string {
  return statSync(folder, { throwIfNoEntry: false }) === undefined ? folder : realpathSync(folder);
}

/** Or the same. On Windows the way to another drive is absolute. */
function isInside(folder: string, outer: string): boolean {
  const path = relative(outer, folder);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}
