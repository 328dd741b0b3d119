/** The rights on the tool's own tables, and to make schemas. */
import { quoteIdentifier, quoteLiteral, quoteName } from "../../../graph/quote.ts";
import type { Database } from "../database.ts";
import type { Lack } from "./lack.ts";
import { grantOn, type Role } from "./role.ts";

/** What a run does with each table. */
const used: Readonly<Record<string, readonly string[]>> = {
  project: ["SELECT", "INSERT", "UPDATE"],
  object: ["SELECT", "INSERT", "UPDATE", "DELETE"],
  run: ["SELECT", "INSERT"],
  prepared: ["SELECT", "INSERT", "UPDATE", "DELETE"],
};

/** `missing` are schemas that the run makes first; a command that only looks (`writes` false) needs SELECT alone. */
export async function ledgerLacks(
  database: Database,
  role: Role,
  schema: string,
  missing: readonly string[],
  writes: boolean,
): Promise<readonly Lack[]> {
  const privileges = Object.entries(used).flatMap(([table, list]) =>
    list.filter((one) => writes || one === "SELECT").map((one) => ({ table, one })),
  );
  const [databases, schemas, tables] = await database.batch([
    "select pg_catalog.current_database() as name, pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') as creates",
    `select pg_catalog.has_schema_privilege(n.oid, 'USAGE') as usage, pg_catalog.has_schema_privilege(n.oid, 'CREATE') as creates,
       exists (select from pg_catalog.pg_class c where c.relnamespace = n.oid and c.relname = 'project') as made
     from pg_catalog.pg_namespace n where n.nspname = ${quoteLiteral(schema)}`,
    `select w.n, c.oid is null or pg_catalog.has_table_privilege(c.oid, w.one) as may
     from pg_catalog.jsonb_to_recordset(${quoteLiteral(JSON.stringify(privileges.map((one, n) => ({ n, ...one }))))}::pg_catalog.jsonb) as w(n int, "table" text, one text)
     left join pg_catalog.pg_class c on c.relname = w."table"
       and c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = ${quoteLiteral(schema)})
     order by w.n`,
  ]);
  const lacks: Lack[] = [];
  const add = (message: string, mend: string) => lacks.push({ message, mend, component: null, offset: null });
  const name = String(databases?.[0]?.name);
  if (missing.length > 0 && databases?.[0]?.creates !== true) {
    add(
      `role ${role.name} lacks CREATE on database ${name}, to make schema ${missing.join(", ")}`,
      grantOn("CREATE", `DATABASE ${quoteIdentifier(name)}`, role.name),
    );
  }
  const own = schemas?.[0];
  const path = `SCHEMA ${quoteIdentifier(schema)}`;
  if (own === undefined) return lacks;
  if (own.usage !== true) {
    add(`role ${role.name} lacks USAGE on schema ${schema}, the ledger's`, grantOn("USAGE", path, role.name));
  }
  if (writes && own.made !== true && own.creates !== true) {
    add(
      `role ${role.name} lacks CREATE on schema ${schema}, to make the ledger's tables in it`,
      grantOn("CREATE", path, role.name),
    );
  }
  for (const [table, list] of Object.entries(used)) {
    const lacking = list.filter((one) => {
      const n = privileges.findIndex((other) => other.table === table && other.one === one);
      return n !== -1 && tables?.[n]?.may !== true;
    });
    if (lacking.length === 0) continue;
    const words = lacking.join(", ");
    add(
      `role ${role.name} lacks ${words} on the ledger's table ${schema}.${table}`,
      grantOn(words, `TABLE ${quoteName(schema, table)}`, role.name),
    );
  }
  return lacks;
}
