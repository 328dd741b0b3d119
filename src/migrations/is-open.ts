/** Whether what a migration builds to may change. */
import type { BuiltMigration } from "./built-migration.ts";
import type { BuiltScript } from "./built-script.ts";

/** Whether the migration reads what may change under it, and is not pinned. */
export function isOpen({ pin, up, down }: BuiltMigration): boolean {
  return pin === null && (readsMore(up) || (down !== null && readsMore(down)));
}

/** More than its own text. */
function readsMore({ files, absent, variables, generated, environment }: BuiltScript): boolean {
  const some = (record: object) => Object.keys(record).length > 0;
  return files.size > 0 || absent.length > 0 || generated.length > 0 || some(variables) || some(environment);
}
