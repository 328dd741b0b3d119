/**
 * What a baseline stands for: `replaces` beside its script names the parts of migrations that it was made of, one a line. A line that
 * is indented belongs to the one before it, an older baseline: having all of these is as good as having that one.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { readText } from "../config/read-text.ts";
import { shownPath } from "../project/scan.ts";
import { type MigrationName, type Names, type PartName, partKey, type Replaced } from "./migration.ts";

const fileName = "replaces";

/** The folder in a baseline's that keeps the migrations which it replaced; nothing reads them as migrations. */
export const replacedFolder = "replaced";

export function isReplacing(names: ReadonlySet<string>): boolean {
  return names.has(fileName);
}

/** Mistakes are added to `mistakes`. */
export function readReplaced(config: Config, folder: string, mistakes: Diagnostic[]): readonly Replaced[] {
  const path = join(folder, fileName);
  const file = shownPath(config, path);
  const read = readText(path, file);
  if (read.kind === "mistake") {
    mistakes.push(read.mistake);
    return [];
  }
  const root: Node = { replaces: [] };
  const open: { readonly depth: number; readonly node: Node }[] = [{ depth: -1, node: root }];
  for (const [index, line] of read.text.split(/\r?\n/).entries()) {
    const [, space = "", module, id, part] = /^( *)([^/]+)\/(.+) (up[\w.]*)$/.exec(line) ?? [];
    if (line.trim() === "" || line.startsWith("#")) continue;
    if (module === undefined || id === undefined || part === undefined) {
      const message = "the line is not a migration and a part of it: module/20240802030220-name up";
      const fix = "bring the file back from version control";
      mistakes.push({ code: "migration", message, file, line: index + 1, column: 1, fix });
      continue;
    }
    while ((open.at(-1)?.depth ?? -1) >= space.length) open.pop();
    const node = { module, id, part, replaces: [] };
    open.at(-1)?.node.replaces.push(node);
    open.push({ depth: space.length, node });
  }
  return root.replaces;
}

interface Node {
  readonly replaces: (PartName & Node)[];
}

export function writeReplaced(folder: string, replaced: readonly Replaced[]): void {
  const lines = (some: readonly Replaced[], indent: string): readonly string[] =>
    some.flatMap(({ module, id, part, replaces }) => [
      `${indent}${module}/${id} ${part}\n`,
      ...lines(replaces, `${indent}  `),
    ]);
  writeFileSync(join(folder, fileName), lines(replaced, "").join(""), { flag: "wx" });
}

/** The matrix of a part; null where it runs once. */
export function matrixOfPart(part: string): string | null {
  return /\.([A-Za-z_]\w*)$/.exec(part)?.[1] ?? null;
}

/** Every part that is named, at whatever depth. */
export function allReplaced(replaced: readonly Replaced[]): readonly PartName[] {
  return replaced.flatMap((one) => [one, ...allReplaced(one.replaces)]);
}

/** `run`: nothing of it is there. `adopt`: all of it is. `lacking`: the rest has to be applied first. */
export type Standing =
  | { readonly kind: "run" }
  | { readonly kind: "adopt" }
  | { readonly kind: "lacking"; readonly parts: readonly PartName[] };

/** How a baseline that is not recorded stands in a database; `has` is asked with `partKey`. */
export function standingOf(replaced: readonly Replaced[], has: (key: string) => boolean): Standing {
  if (!allReplaced(replaced).some((one) => has(partKey(one)))) return { kind: "run" };
  const parts = lackingOf(replaced, has);
  return parts.length === 0 ? { kind: "adopt" } : { kind: "lacking", parts };
}

function lackingOf(replaced: readonly Replaced[], has: (key: string) => boolean): readonly PartName[] {
  return replaced.flatMap((one): readonly PartName[] => {
    if (has(partKey(one))) return [];
    return one.replaces.length === 0 ? [one] : lackingOf(one.replaces, has);
  });
}

/** Where only some of what the baseline stands for was applied. */
export function lackingError(one: MigrationName, parts: readonly PartName[], names: Names): Diagnostic {
  return {
    code: "migration-state",
    message: `${names.migration(one)} stands for migrations of which the database has some and lacks ${parts.length === 1 ? "one" : parts.length}`,
    detail: parts.map(names.part).join("\n"),
    fix: "apply those from the checkout before the one that brought the baseline, then apply again",
  };
}
