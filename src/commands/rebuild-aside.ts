/** Takes a whole schema out of the way by a rename, and makes a new one with the same owner, grants and comment. */
import { aclStatements } from "../../graph/acl.ts";
import type { Grant } from "../../graph/live.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";
import { catalogPath } from "../database/search-path.ts";

export const oldSchema = "__migrator_old_schema";

export interface LiveSchema {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly grants: readonly Grant[];
  /** What a new schema of this owner would have. */
  readonly usualGrants: readonly Grant[];
  /** ALTER DEFAULT PRIVILEGES … IN SCHEMA. */
  readonly defaults: readonly {
    readonly role: string;
    readonly type: "r" | "S" | "f" | "T";
    readonly grants: readonly Grant[];
  }[];
}

const grantsOf = (
  acl: string,
) => `(select coalesce(json_agg(json_build_object('grantor', pg_get_userbyid(a.grantor),
    'grantee', case when a.grantee = 0 then null else pg_get_userbyid(a.grantee) end, 'privilege', a.privilege_type,
    'grantable', a.is_grantable)), '[]') from aclexplode(${acl}) a)`;

/** Null where there is no such schema. Runs in the caller's transaction. */
export async function readSchema(database: Database, name: string): Promise<LiveSchema | null> {
  const [, rows] = await database.batch([
    catalogPath,
    `select json_build_object('oid', n.oid, 'name', n.nspname, 'owner', pg_get_userbyid(n.nspowner),
      'comment', obj_description(n.oid, 'pg_namespace'), 'grants', ${grantsOf("coalesce(n.nspacl, acldefault('n', n.nspowner))")},
      'usualGrants', ${grantsOf("acldefault('n', n.nspowner)")},
      'defaults', (select coalesce(json_agg(json_build_object('role', pg_get_userbyid(d.defaclrole), 'type', d.defaclobjtype,
        'grants', ${grantsOf("d.defaclacl")}) order by d.defaclrole, d.defaclobjtype), '[]') from pg_default_acl d where d.defaclnamespace = n.oid))
      as schema from pg_namespace n where n.nspname = ${quoteLiteral(name)}`,
  ]);
  return (rows?.[0]?.schema as LiveSchema | undefined) ?? null;
}

export function setSchemaAside(live: LiveSchema): readonly string[] {
  const name = quoteIdentifier(live.name);
  const target = { on: `SCHEMA ${name}`, column: null, owner: live.owner };
  return [
    `ALTER SCHEMA ${name} RENAME TO ${oldSchema}`,
    `CREATE SCHEMA ${name} AUTHORIZATION ${quoteIdentifier(live.owner)}`,
    ...aclStatements(target, live.grants, live.usualGrants),
    ...(live.comment === null ? [] : [`COMMENT ON SCHEMA ${name} IS ${quoteLiteral(live.comment)}`]),
    ...live.defaults.flatMap(({ role, type, grants }) =>
      grants.map((grant) => {
        const who = grant.grantee === null ? "PUBLIC" : quoteIdentifier(grant.grantee);
        const option = grant.grantable ? " WITH GRANT OPTION" : "";
        return `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(role)} IN SCHEMA ${name} GRANT ${grant.privilege} ON ${defaultNouns[type]} TO ${who}${option}`;
      }),
    ),
  ];
}

const defaultNouns = { r: "TABLES", S: "SEQUENCES", f: "FUNCTIONS", T: "TYPES" } as const;
