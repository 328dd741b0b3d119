/** Finds the migration that somebody means. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { suggestWord } from "../config/nearest.ts";
import { type MigrationName, migrationKey, namesIn, parseId } from "./migration.ts";

/**
 * Of all there are or, with `applied`, of those that are. By `module/id`, id, name, or the beginning of an id (its timestamp, for example). Throws a MigratorError with exit
 * code 2 where none or several are meant.
 */
export function findMigration<M extends MigrationName>(
  migrations: readonly M[],
  text: string,
  applied = false,
): M {
  const wanted = text.replace(/\/+$/, "").split(/[\\/]/);
  const last = wanted.at(-1) ?? "";
  const exact = migrations.filter(
    (one) => migrationKey(one) === text || one.id === last || parseId(one.id)?.name === last,
  );
  const inModule = exact.filter((one) => wanted.length > 1 && wanted.at(-2) === one.module);
  const found =
    inModule.length > 0
      ? inModule
      : exact.length > 0
        ? exact
        : migrations.filter((one) => last !== "" && one.id.startsWith(last));
  // All parts of one migration are meant by its name.
  const meant = [...new Map(found.map((one) => [migrationKey(one), one])).values()];
  const [first, second] = meant;
  if (first !== undefined && second === undefined) return first;
  const names = namesIn({ modules: [...new Set(migrations.map(({ module }) => module))] });
  const known = migrations.map((one) => one.id);
  throw new MigratorError(
    [
      first === undefined
        ? {
            code: "usage",
            message: `there is no migration "${text}"${applied ? " that is applied" : ""}`,
            fix: known.length > 0 ? suggestWord(text, known) : noneFix(applied),
          }
        : {
            code: "usage",
            message: `"${text}" is the name of several migrations`,
            detail: meant.map(names.migration).join("\n"),
            fix: "name one of them in full",
          },
    ],
    2,
  );
}

function noneFix(applied: boolean): string {
  return applied
    ? "none is applied: migrator migration status lists them"
    : "make one with migrator migration new NAME";
}
