/** A tool that applies migrations, as the bench drives it. */
import type { SmallMigration } from "./small-migrations.ts";

export interface MigrationTool {
  /** Its name, and its version where it is a package. */
  readonly name: string;
  /** False for what only stands beside the tools. */
  readonly migrates: boolean;
  /** Writes a project with these migrations. */
  readonly write: (folder: string, migrations: readonly SmallMigration[]) => void;
  /** Applies what is pending, from the project's folder: the arguments of node, and the environment. */
  readonly command: (url: string) => {
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
}
