/** The order in which migrations run: by timestamp, and each after those that it requires. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { type MigrationName, migrationKey, type Names } from "./migration.ts";

export interface Requiring extends MigrationName {
  /** As written: an id of the same module, or `module/id`. */
  readonly requires: readonly string[];
  /** In messages. */
  readonly file: string;
}

/** The keys by which a requirement of a migration may be meant: as it is written, or within the migration's own module. */
export function requiredKeys({ module }: MigrationName, text: string): readonly string[] {
  return [text, migrationKey({ module, id: text })];
}

/** `migrations` in the order of their timestamps; `standsFor` names those that one is required in the place of. Throws a MigratorError for a requirement that cannot be met. */
export function orderMigrations<M extends Requiring>(
  migrations: readonly M[],
  names: Pick<Names, "migration">,
  standsFor: (one: M) => readonly MigrationName[] = () => [],
): readonly M[] {
  const byKey = new Map([
    ...migrations.flatMap((one) => standsFor(one).map((other) => [migrationKey(other), one] as const)),
    ...migrations.map((one) => [migrationKey(one), one] as const),
  ]);
  const mistakes: Diagnostic[] = [];
  const needs = new Map<M, readonly M[]>();
  for (const one of migrations) {
    const required = one.requires.flatMap((text) => {
      const found = requiredKeys(one, text)
        .map((key) => byKey.get(key))
        .find((other) => other !== undefined);
      if (found !== undefined) return [found];
      mistakes.push({
        code: "migration",
        message: `it requires ${text}, and there is no such migration`,
        file: one.file,
        fix: 'name it as "module/20240802030220-name", and list its module under "modules" in migrator.json',
      });
      return [];
    });
    needs.set(one, required);
  }
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  const ordered = new Set<M>();
  const path: M[] = [];
  const visit = (one: M): void => {
    if (ordered.has(one)) return;
    const at = path.indexOf(one);
    if (at !== -1) throw circle([...path.slice(at), one], names);
    path.push(one);
    for (const other of needs.get(one) ?? []) visit(other);
    path.pop();
    ordered.add(one);
  };
  for (const one of migrations) visit(one);
  return [...ordered];
}

function circle(path: readonly Requiring[], names: Pick<Names, "migration">): MigratorError {
  return new MigratorError([
    {
      code: "migration",
      message: `migrations require each other in a circle: ${path.map(names.migration).join(" → ")}`,
      ...(path[0] === undefined ? {} : { file: path[0].file }),
      fix: "remove one of the requirements",
    },
  ]);
}
