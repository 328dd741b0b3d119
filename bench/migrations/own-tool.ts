/** The tool itself, for a target that migrations alone change and for one whose components follow the files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SmallMigration } from "./small-migrations.ts";
import type { MigrationTool } from "./tool.ts";

export function ownTool(main: string): MigrationTool {
  return {
    name: "migrator",
    migrates: true,
    write: (folder, migrations) => writeProject(folder, migrations, 0),
    command: (url) => ({ args: [main, "migration", "apply", "--quiet", "--database-url", url], env: {} }),
  };
}

/** `apply`, with a view for each of the first tables. */
export function ownLiveTool(main: string, components: number): MigrationTool {
  return {
    name: `migrator apply, ${components === 0 ? "no components" : `${components} components`}`,
    migrates: true,
    write: (folder, migrations) => writeProject(folder, migrations, components),
    command: (url) => ({ args: [main, "apply", "--quiet", "--database-url", url], env: {} }),
  };
}

function writeProject(folder: string, migrations: readonly SmallMigration[], components: number): void {
  mkdirSync(join(folder, "migrator/components"), { recursive: true });
  writeFileSync(join(folder, "migrator.json"), '{ "project": "bench" }\n');
  for (const { number, timestamp, sql } of migrations) {
    const own = join(folder, "migrator/migrations", `${timestamp}-item-${number}`);
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "up.sql"), sql);
  }
  for (let number = 1; number <= components; number++) {
    const view = `create view shown_${number} as select id, name from item_${number};\n`;
    writeFileSync(join(folder, "migrator/components", `shown_${number}.sql`), view);
  }
}
