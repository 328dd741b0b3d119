/** The rights to take a whole schema out of the way and to make it anew for the same owner. */
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import type { Database } from "../database.ts";
import type { Lack } from "./lack.ts";
import { takeOver } from "./own-objects.ts";
import { grantMembership, type Role, setRight } from "./role.ts";

export async function schemaLacks(database: Database, role: Role, schema: string): Promise<readonly Lack[]> {
  const [owners, granters] = await database.batch([
    `select r.rolname as owner, r.rolsuper as superuser, pg_catalog.pg_has_role(r.oid, 'USAGE') as held,
       pg_catalog.pg_has_role(r.oid, ${setRight(role)}) as acts
     from pg_catalog.pg_namespace n join pg_catalog.pg_roles r on r.oid = n.nspowner where n.nspname = ${quoteLiteral(schema)}`,
    `select distinct r.rolname as name from pg_catalog.pg_default_acl d join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
     join pg_catalog.pg_roles r on r.oid = d.defaclrole
     where n.nspname = ${quoteLiteral(schema)} and not pg_catalog.pg_has_role(r.oid, 'USAGE') order by 1`,
  ]);
  const lacks: Lack[] = [];
  const add = (message: string, mend: string) => lacks.push({ message, mend, component: null, offset: null });
  const row = owners?.[0];
  if (row !== undefined) {
    const owner = { name: String(row.owner), superuser: row.superuser === true };
    if (row.held !== true) {
      add(
        `schema ${schema} is owned by ${owner.name}: role ${role.name} may not rebuild it`,
        takeOver(role, owner, `SCHEMA ${quoteIdentifier(schema)}`),
      );
    } else if (row.acts !== true) {
      add(
        `schema ${schema} must be made anew for its owner ${owner.name}: role ${role.name} may not act as it`,
        grantMembership(owner.name, role),
      );
    }
  }
  for (const { name } of granters ?? []) {
    add(
      `schema ${schema} has default privileges of role ${name}: role ${role.name} may not set them again`,
      grantMembership(String(name), role),
    );
  }
  return lacks;
}
