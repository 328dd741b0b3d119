/** What runs of pending migrations say and ask of them. */
import type { MigrationStatus } from "../migrations/compare.ts";
import type { MigrationsAtTarget } from "./migration-project.ts";

export function doneOf(status: MigrationStatus | undefined): number {
  return status?.recorded?.done ?? -1;
}

/** Where others rely on the database, what is doubtful stops instead of being told. */
export function isStrict({ project: { target } }: Pick<MigrationsAtTarget, "project">): boolean {
  return target.kind === "server" && (target.protected || target.components === "migrated");
}

export function counted(count: number): string {
  return count === 1 ? "one migration" : `${count} migrations`;
}
