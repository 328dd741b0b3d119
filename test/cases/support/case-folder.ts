/** A case is a folder: what was there, what the files say before and after, and the plan that is expected. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

export interface Case {
  /** `feature/case`. */
  readonly name: string;
  readonly folder: string;
  readonly settings: CaseSettings;
  /** Tables, roles and all else that the components stand on. */
  readonly base: string;
  /** Component path to text. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  /** Run between the first and the second sync: what strangers do in the database. */
  readonly between: string;
  /** Statements that change tables, given to the second sync; `before.sql` alone cannot build the result then. */
  readonly around: string;
  /** Queries whose rows must be the same before and after the second sync. */
  readonly kept: string;
  /** Queries whose rows after the second sync are written into plan.txt. */
  readonly check: string;
}

/** case.json; all of it optional. */
interface CaseSettings {
  /** The rows of the list of cases that this one shows: `B3`. */
  readonly cases?: readonly string[];
  readonly searchPath?: readonly string[];
  readonly variables?: Readonly<Record<string, never>>;
  readonly takeFiles?: boolean;
  readonly refresh?: "affected" | "none" | "all";
  /** False: --no-data. */
  readonly fill?: boolean;
  /** Where it does not run, with the reason. */
  readonly notOn?: Readonly<Record<string, string>>;
  /** Where strangers' objects make a build from nothing impossible, or the point is another: why it is not compared. */
  readonly noRebuild?: string;
  /** Where a plan.<version>.txt, for servers up to that version, stands beside plan.txt: why. */
  readonly differs?: Readonly<Record<string, string>>;
  /** A second plan is not empty: why. */
  readonly noFixpoint?: string;
}

export function readCases(root: string): readonly Case[] {
  const cases: Case[] = [];
  for (const feature of folders(root)) {
    if (feature === "support") continue;
    for (const name of folders(join(root, feature))) {
      const folder = join(root, feature, name);
      cases.push({
        name: `${feature}/${name}`,
        folder,
        settings: JSON.parse(textOf(folder, "case.json") || "{}") as CaseSettings,
        base: textOf(folder, "before.sql"),
        before: components(join(folder, "before")),
        after: components(join(folder, "after")),
        between: textOf(folder, "between.sql"),
        around: textOf(folder, "around.sql"),
        kept: textOf(folder, "kept.sql"),
        check: textOf(folder, "check.sql"),
      });
    }
  }
  return cases;
}

function folders(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
}

function textOf(folder: string, name: string): string {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function components(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (!existsSync(root)) return found;
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(relative(root, path).split(sep).join("/"), readFileSync(path, "utf8"));
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
