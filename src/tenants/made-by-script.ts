/**
 * Whether a part of a migration makes the schemas of a matrix itself: it would fail where they are there. By its text; IF NOT EXISTS
 * fails nowhere.
 */
import { readFileSync } from "node:fs";
import type { Migration } from "../migrations/migration.ts";

export function isMadeByScript(migrations: readonly Migration[], matrix: string): boolean {
  const makes = /\bcreate\s+schema\b(?!\s+if\s+not\s+exists\b)/i;
  return migrations.some((one) => one.matrix === matrix && makes.test(readFileSync(one.up.path, "utf8")));
}
