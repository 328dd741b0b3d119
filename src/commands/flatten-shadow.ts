/** Shadows in which parts of migrations run, those that run once and those of one value of a matrix among each other. */
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Config } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { type Roles, readRoles } from "../flatten/roles.ts";
import type { BuildContext } from "../migrations/build-context.ts";
import type { Migration } from "../migrations/migration.ts";
import { buildMigration, takeApart } from "../migrations/prepare.ts";
import { applyToShadow } from "../migrations/replay.ts";
import { openShadow, type ShadowSource } from "../migrations/shadow.ts";
import { withSecrets } from "../sql/psql-variables.ts";
import type { MatrixScope } from "../tenants/scope.ts";

export interface FlattenShadow {
  readonly database: Database;
  /** As they were in the empty shadow, and as they are now. */
  readonly rolesBefore: Roles;
  readonly rolesNow: Roles;
  /** Made by the tool, because they were missing. */
  readonly madeRoles: ReadonlySet<string>;
  /** True where the tool made the schema of the value. */
  readonly madeSchema: boolean;
  readonly close: () => Promise<void>;
}

export interface Replaying {
  readonly config: Config;
  readonly source: ShadowSource;
  /** In the order in which they run; those that `contextOf` gives nothing for are left out. */
  readonly parts: readonly Migration[];
  readonly contextOf: (migration: Migration) => BuildContext | null;
  readonly scope: MatrixScope | null;
  /** What a secret stands for. */
  readonly secretOf: (name: string) => string;
  readonly onNote: (message: string) => void;
}

/** Throws a MigratorError where a script is refused. */
export async function replayParts(replaying: Replaying): Promise<FlattenShadow> {
  const { config, source, parts, contextOf, scope, secretOf, onNote } = replaying;
  const shadow = await openShadow(source, []);
  const { database } = shadow;
  try {
    const madeRoles = new Set<string>();
    const built = parts.flatMap((migration) => {
      const context = contextOf(migration);
      return context === null ? [] : [buildMigration(context, migration)];
    });
    const scripts = built.map(({ up }) => up.text);
    const rolesBefore = await readRoles(database, scripts);
    const runnable = await takeApart(built);
    const own = runnable.filter(({ migration }) => migration.matrix !== null);
    const makes = own.some(({ statements }) => statements.some(({ node }) => "CreateSchemaStmt" in node));
    const madeSchema = scope !== null && scope.schema !== null && !makes;
    let started = false;
    for (const one of runnable) {
      const { matrix } = one.migration;
      if (matrix !== null && !started && madeSchema && scope.schema !== null)
        await database.query(`create schema ${quoteIdentifier(scope.schema)}`);
      if (matrix !== null) started = true;
      const secrets = [...Object.keys(one.up.secrets), ...Object.keys(one.down?.secrets ?? {})];
      const values = new Map(secrets.map((name) => [name, secretOf(name)]));
      const scoped =
        matrix === null || scope === null
          ? {}
          : { scope: scope.name, ownSchema: scope.schema, searchPath: scope.searchPath };
      const made = await applyToShadow(config, database, one, onNote, {
        resolve: (sql) => withSecrets(sql, values),
        ...scoped,
      });
      for (const role of made) madeRoles.add(role);
    }
    const rolesNow = await readRoles(database, scripts);
    return { database, rolesBefore, rolesNow, madeRoles, madeSchema, close: shadow.close };
  } catch (error) {
    await shadow.close();
    throw error;
  }
}
