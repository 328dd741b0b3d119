/** Compares what dependents can see of a view before and after a change. */
import type { Column } from "./live.ts";

export interface ColumnRename {
  readonly from: string;
  readonly to: string;
}

export type ShapeChange =
  | { readonly kind: "same" }
  | { readonly kind: "appended"; readonly columns: readonly string[] }
  /** Names alone changed, perhaps with columns appended. */
  | {
      readonly kind: "renamed";
      readonly renames: readonly ColumnRename[];
      readonly appended: readonly string[];
    }
  /** Nothing that PostgreSQL can do in place. */
  | { readonly kind: "changed"; readonly reason: string };

/**
 * How the columns changed. A column counts as renamed where the column in its place has the same type and collation
 * and a name that the old view did not have, while its own name is gone: then no dependent can read another column
 * than before. Two columns that swap names, and chains (a to b while b to c), are a change.
 */
export function compareShapes(before: readonly Column[], after: readonly Column[]): ShapeChange {
  const oldNames = new Set(before.map((column) => column.name));
  const newNames = new Set(after.map((column) => column.name));
  const removed = before.filter((column) => !newNames.has(column.name)).map((column) => column.name);
  const renames: ColumnRename[] = [];
  for (const [index, old] of before.entries()) {
    const now = after[index];
    if (now === undefined) return { kind: "changed", reason: describeRemoval(removed, "fewer columns") };
    if (now.name !== old.name) {
      if (oldNames.has(now.name) || newNames.has(old.name)) {
        return {
          kind: "changed",
          reason: describeRemoval(removed, `column ${index + 1}: "${old.name}" -> "${now.name}"`),
        };
      }
      if (now.type !== old.type || now.collation !== old.collation) {
        return {
          kind: "changed",
          reason: describeRemoval(removed, `column "${old.name}" replaced by "${now.name}"`),
        };
      }
      renames.push({ from: old.name, to: now.name });
    } else if (now.type !== old.type) {
      return { kind: "changed", reason: `column "${old.name}": ${old.type} -> ${now.type}` };
    } else if (now.collation !== old.collation) {
      const from = old.collation ?? "the type's own";
      return {
        kind: "changed",
        reason: `column "${old.name}": collation ${from} -> ${now.collation ?? "the type's own"}`,
      };
    }
  }
  const appended = after.slice(before.length).map((column) => column.name);
  if (renames.length > 0) return { kind: "renamed", renames, appended };
  return appended.length > 0 ? { kind: "appended", columns: appended } : { kind: "same" };
}

function describeRemoval(removed: readonly string[], otherwise: string): string {
  if (removed.length === 0) return otherwise;
  const names = removed.map((name) => `"${name}"`).join(", ");
  return removed.length === 1 ? `column ${names} removed` : `columns ${names} removed`;
}
