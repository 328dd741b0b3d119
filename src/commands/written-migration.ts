/** The files of a migration's part that the tool writes. */
import { join } from "node:path";
import { type Migration, parseId, type Script } from "../migrations/migration.ts";
import type { WrittenPart } from "./write-parts.ts";

export interface MigrationPlace {
  readonly module: string;
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
  /** The module's store of pinned files. */
  readonly store: string;
}

export function migrationOf(
  { module, id, folder, store }: MigrationPlace,
  { matrix, number, down }: Pick<WrittenPart, "matrix" | "number" | "down">,
): Migration {
  const label = [...(number === 0 ? [] : [String(number)]), ...(matrix === null ? [] : [matrix])].join(".");
  const script = (direction: Script["direction"]): Script => {
    const fileName = `${[direction, ...(label === "" ? [] : [label])].join(".")}.sql.jinja`;
    return { direction, label, fileName, path: join(folder, fileName), template: true };
  };
  const { timestamp = "", name = "" } = parseId(id) ?? {};
  const part = label === "" ? "up" : `up.${label}`;
  const scripts = { up: script("up"), down: down === "" ? null : script("down") };
  return { module, id, timestamp, name, folder, store, part, matrix, number, ...scripts, replaces: [] };
}
