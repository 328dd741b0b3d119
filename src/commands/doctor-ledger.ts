/** The checks of `doctor` on the tool's own tables. */
import { quoteIdentifier, quoteLiteral, quoteName } from "../../graph/quote.ts";
import type { Config } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { preparedQuery, preparedRows } from "../database/prepared-rows.ts";
import { catalogPath } from "../database/search-path.ts";
import { counted } from "../report/amounts.ts";
import type { Check } from "../report/doctor.ts";
import type { Project } from "./context.ts";

export async function checkLedger(
  database: Database,
  { config, target }: Project,
): Promise<readonly Check[]> {
  const check = "ledger";
  const schema = quoteIdentifier(config.ledgerSchema);
  const [rights] = await database.query<{ create: boolean; write: boolean | null }>(
    `select pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') as create,
       (select pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT')
          and pg_catalog.has_table_privilege(c.oid, 'INSERT') and pg_catalog.has_table_privilege(c.oid, 'UPDATE')
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where n.nspname = $1 and c.relname = 'project') as write`,
    [config.ledgerSchema],
  );
  if (rights?.write === false) {
    return [
      {
        check,
        state: "wrong",
        message: `the role may not read and write schema ${config.ledgerSchema}`,
        fix: "run as the role that made the ledger, or grant its rights",
      },
    ];
  }
  if (rights?.write !== true) {
    if (rights?.create === true)
      return [{ check, state: "ok", message: "none yet: the first sync makes it" }];
    return [
      {
        check,
        state: "wrong",
        message: `there is no ledger yet, and the role may not create schema ${config.ledgerSchema}`,
        fix: "GRANT CREATE ON DATABASE to the role for the first run, or run it as another role",
      },
    ];
  }
  const rows = await database.query<{ project: string; mode: string; version: number; objects: number }>(
    `select p.project, p.mode, p.schema_version as version,
       (select pg_catalog.count(*)::int from ${schema}.object o where o.project = p.project) as objects
     from ${schema}.project p order by p.project = ${quoteLiteral(config.project)} desc, p.project`,
  );
  const checks: Check[] = rows
    .filter(({ project }) => project === config.project)
    .map(({ mode, version, objects }) => ({
      check,
      state: "ok",
      message: `version ${version}, ${counted(objects, "object")} of project ${config.project}, a ${mode} database`,
    }));
  if (checks.length === 0)
    checks.push({ check, state: "ok", message: `nothing of project ${config.project} yet` });
  const wanted = target.kind === "embedded" ? "live" : target.components;
  const own = rows.find(({ project }) => project === config.project);
  if (own !== undefined && own.mode !== wanted) {
    checks.push({
      check,
      state: "wrong",
      message: `the database is a ${own.mode} one, and the target says ${wanted}`,
      fix: `set "components": "${own.mode}" for this target in migrator.json, or name another database`,
    });
  }
  checks.push(...(await checkPrepared(database, config)));
  const others = rows.filter(({ project }) => project !== config.project);
  if (others.length > 0) {
    const list = others.map(({ project, objects }) => `${project} (${objects} objects)`).join(", ");
    checks.push({ check, state: "ok", message: `other projects in this database: ${list}` });
  }
  return checks;
}

/** What an interrupted online sequence left. */
async function checkPrepared(database: Database, config: Config): Promise<readonly Check[]> {
  const check = "online";
  const [known] = await database.query<{ there: boolean }>(
    "select pg_catalog.to_regclass($1) is not null as there",
    [quoteName(config.ledgerSchema, "prepared")],
  );
  if (known?.there !== true) return [];
  const [, , rows] = await database.batch([
    "begin",
    catalogPath,
    preparedQuery(config.ledgerSchema, config.project),
    "rollback",
  ]);
  const left = preparedRows(rows ?? []);
  if (left.length === 0) return [];
  const names = left.map(({ schema, scratch }) => quoteName(schema, scratch)).join(", ");
  const message = `an interrupted sync --online left ${names}`;
  return [{ check, state: "wrong", message, fix: "sync --online takes it up; any other sync drops it" }];
}
