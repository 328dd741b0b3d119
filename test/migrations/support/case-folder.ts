/** A case of a migration is a folder: what the first migration makes, what the files say before and after, what is written. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

export interface MigrationCase {
  /** `feature/case`. */
  readonly name: string;
  readonly folder: string;
  readonly settings: CaseSettings;
  /** The first migration. */
  readonly base: string;
  /** Component path to text. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  /** Given as --around to the migration that leads from `before` to `after`. */
  readonly around: string;
  /** What strangers have made in every target, though in no shadow. */
  readonly kept: string;
}

/** case.json; all of it optional. */
interface CaseSettings {
  readonly searchPath?: readonly string[];
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Instead of `variables`, from the last migration on. */
  readonly variablesAfter?: Readonly<Record<string, unknown>>;
  /** Where it does not run, with the reason. */
  readonly notOn?: Readonly<Record<string, string>>;
  /** What reverting the last migration does not bring back, as `differences` tells it, and why. */
  readonly notBack?: { readonly reason: string; readonly lines: readonly string[] };
  /** Why the result is not that of a build from nothing. */
  readonly noRebuild?: string;
}

export function readMigrationCases(root: string): readonly MigrationCase[] {
  return folders(root).flatMap((feature) =>
    folders(join(root, feature)).map((name): MigrationCase => {
      const folder = join(root, feature, name);
      return {
        name: `${feature}/${name}`,
        folder,
        settings: JSON.parse(textOf(folder, "case.json") || "{}") as CaseSettings,
        base: textOf(folder, "base.sql"),
        before: components(join(folder, "before")),
        after: components(join(folder, "after")),
        around: textOf(folder, "around.sql"),
        kept: textOf(folder, "kept.sql"),
      };
    }),
  );
}

function folders(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function textOf(folder: string, name: string): string {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function components(root: string): ReadonlyMap<string, string> {
  if (!existsSync(root)) return new Map();
  const files = readdirSync(root, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(root, path).split(sep).join("/"), readFileSync(path, "utf8")] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
