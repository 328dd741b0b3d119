/** The checks of `doctor` that ask the database. */
import type { DeclaredObject } from "../../graph/declared.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity } from "../../graph/identity.ts";
import type { LiveObject } from "../../graph/live.ts";
import { generalFix } from "../../graph/plan/refused.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { Config } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { inspectIdentities } from "../database/introspect.ts";
import { readOnly } from "../database/server-conditions.ts";
import { idempotentSchemas, missingSchemas } from "../live/idempotent-schemas.ts";
import { requireSettings } from "../live/preflight.ts";
import { assembleFiles, type Files } from "../live/workspace.ts";
import { counted } from "../report/amounts.ts";
import type { Check } from "../report/doctor.ts";
import type { Project } from "./context.ts";
import { checkLedger } from "./doctor-ledger.ts";

/** `files` is null where they could not be read. */
export async function checkDatabase(
  database: Database,
  project: Project,
  files: Files | null,
): Promise<readonly Check[]> {
  const { config } = project;
  const checks: Check[] = [
    ...(await checkWritable(database)),
    ...(await checkSchemas(database, config, files)),
  ];
  if (files === null) {
    checks.push({ check: "objects", state: "skipped", message: "the components cannot be read" });
  } else {
    const { desired, mistakes } = await assembleFiles(files, config, database);
    const declared = [...desired.objects.values()];
    if (mistakes.length > 0) {
      checks.push({
        check: "objects",
        state: "wrong",
        message: "do not fit together",
        diagnostics: mistakes,
      });
    }
    checks.push(await checkLocks(database, declared.length));
    checks.push(...(await checkObjects(database, declared)));
  }
  checks.push(...(await checkLedger(database, project)));
  return checks;
}

/** Nothing is said where the server takes changes. */
async function checkWritable(database: Database): Promise<readonly Check[]> {
  const [row] = await database.query<{ standby: boolean; readonly: boolean }>(
    "select pg_catalog.pg_is_in_recovery() as standby, pg_catalog.current_setting('transaction_read_only') = 'on' as readonly",
  );
  if (row === undefined || !(row.standby || row.readonly)) return [];
  const message = row.standby ? "the server is a standby: it takes no changes" : "transactions are read-only";
  return [{ check: "writable", state: "wrong", message, fix: generalFix(readOnly) }];
}

/** The schemas of the search_path exist, and the role may create in them. */
async function checkSchemas(
  database: Database,
  config: Config,
  files: Files | null,
): Promise<readonly Check[]> {
  const missing = await missingSchemas(database, config.searchPath);
  const made = new Set(idempotentSchemas(files?.components ?? []));
  const [role] = await database.query<{ name: string; superuser: boolean; closed: readonly string[] | null }>(
    `select current_user as name, r.rolsuper as superuser,
       (select pg_catalog.array_agg(n.nspname::text order by n.nspname) from pg_catalog.pg_namespace n
          where n.nspname = any ($1) and not pg_catalog.has_schema_privilege(n.oid, 'CREATE')) as closed
     from pg_catalog.pg_roles r where r.rolname = current_user`,
    [config.searchPath],
  );
  const checks: Check[] = missing.map((name) =>
    made.has(name)
      ? { check: "schemas", state: "ok", message: `schema ${name} does not exist yet: sync makes it` }
      : {
          check: "schemas",
          state: "wrong",
          message: `schema ${name} of searchPath does not exist`,
          fix: `create it (CREATE SCHEMA ${quoteIdentifier(name)}) in a migration, or correct searchPath in migrator.json`,
        },
  );
  if (checks.every(({ state }) => state === "ok")) {
    checks.push({ check: "schemas", state: "ok", message: `searchPath: ${config.searchPath.join(", ")}` });
  }
  const name = role?.name ?? "";
  for (const schema of role?.closed ?? []) {
    checks.push({
      check: "rights",
      state: "wrong",
      message: `role ${name} may not create objects in schema ${schema}`,
      fix: `GRANT CREATE ON SCHEMA ${quoteIdentifier(schema)} TO ${quoteIdentifier(name)}`,
    });
  }
  if ((role?.closed ?? []).length === 0) {
    const message =
      role?.superuser === true ? `role ${name} is a superuser` : `role ${name} may create objects`;
    checks.push({ check: "rights", state: "ok", message });
  }
  return checks;
}

async function checkLocks(database: Database, objects: number): Promise<Check> {
  const check = "lock table";
  try {
    await requireSettings(database, objects);
    return {
      check,
      state: "ok",
      message: `large enough for ${counted(objects, "object")} in one transaction`,
    };
  } catch (error) {
    const [diagnostic] = error instanceof MigratorError ? error.diagnostics : [];
    if (diagnostic === undefined) throw error;
    const { message, fix } = diagnostic;
    return { check, state: "wrong", message, ...(fix === undefined ? {} : { fix }) };
  }
}

/** Those that exist are the role's to change, and no extension's. */
async function checkObjects(
  database: Database,
  declared: readonly DeclaredObject[],
): Promise<readonly Check[]> {
  if (declared.length === 0) return [];
  const inspection = inspectIdentities(declared.map(({ identity }) => identity));
  const rows = await database.batch(["begin", ...inspection.statements, "rollback"]);
  const live = inspection.read(rows.slice(1)).filter((object) => object !== null);
  const foreign = await foreignOwners(database, [...new Set(live.map(({ owner }) => owner))]);
  const checks: Check[] = [];
  for (const [owner, some] of groupBy(
    live.filter(({ owner }) => foreign.has(owner)),
    ({ owner }) => owner,
  )) {
    checks.push({
      check: "owners",
      state: "wrong",
      message: `${listObjects(some)} ${some.length === 1 ? "belongs" : "belong"} to role ${owner}, which this role is no member of`,
      fix: `run as ${owner}, or GRANT ${quoteIdentifier(owner)} to the role that runs migrator`,
    });
  }
  const members = live.filter(({ extension }) => extension !== null);
  for (const [extension, some] of groupBy(members, (object) => object.extension ?? "")) {
    checks.push({
      check: "extensions",
      state: "wrong",
      message: `${listObjects(some)} ${some.length === 1 ? "belongs" : "belong"} to extension ${extension}, which is never touched`,
      fix: "take the component away, or give its object another name",
    });
  }
  if (checks.length === 0) {
    checks.push({
      check: "owners",
      state: "ok",
      message: `${live.length} of ${counted(declared.length, "object")} exist, all the role's to change`,
    });
  }
  return checks;
}

/** The roles whose objects the current one may not alter. */
async function foreignOwners(database: Database, owners: readonly string[]): Promise<ReadonlySet<string>> {
  if (owners.length === 0) return new Set();
  const rows = await database.query<{ name: string }>(
    `select r.rolname::text as name from pg_catalog.pg_roles r
     where r.rolname = any (array[${owners.map(quoteLiteral).join(", ")}]::name[]) and not pg_catalog.pg_has_role(r.oid, 'MEMBER')`,
  );
  return new Set(rows.map(({ name }) => name));
}

function groupBy(
  objects: readonly LiveObject[],
  key: (object: LiveObject) => string,
): ReadonlyMap<string, readonly LiveObject[]> {
  const groups = new Map<string, LiveObject[]>();
  for (const object of objects) groups.set(key(object), [...(groups.get(key(object)) ?? []), object]);
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function listObjects(objects: readonly LiveObject[]): string {
  const names = objects.map(({ identity }) => describeIdentity(identity)).sort();
  return names.length <= 3
    ? names.join(", ")
    : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}
