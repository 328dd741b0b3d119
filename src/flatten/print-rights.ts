/** Owners, privileges and comments of what is exported, for the statements that follow each object. */
import { aclStatements } from "../../graph/acl.ts";
import type { Grant } from "../../graph/live.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { Asking } from "../database/database.ts";
import { grantsJson, ownedRow } from "../migrations/inverse/owned.ts";
import { rowId } from "./export-node.ts";

interface RightsRow {
  readonly catalog: string;
  readonly oid: number;
  readonly type: string;
  readonly identity: string;
  readonly owner: string;
  readonly column: string | null;
  readonly wanted: readonly Grant[];
  readonly present: readonly Grant[];
}

/** A sequence that a column owns inside has its owner and shares its statement. */
const owned = `select d.classid, d.objid from (
    select 'pg_class'::regclass::oid as classid, oid as objid from pg_class where relkind in ('r', 'p', 'f', 'S')
    union all select 'pg_namespace'::regclass, oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
    union all select 'pg_type'::regclass, t.oid from pg_type t where t.typtype in ('e', 'd', 'r', 'c') and (t.typrelid = 0 or exists (select from pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
    union all select 'pg_operator'::regclass, oid from pg_operator where oprcode <> 0
    union all select 'pg_opclass'::regclass, oid from pg_opclass
    union all select 'pg_opfamily'::regclass, oid from pg_opfamily
    union all select 'pg_collation'::regclass, oid from pg_collation
    union all select 'pg_ts_dict'::regclass, oid from pg_ts_dict
    union all select 'pg_ts_config'::regclass, oid from pg_ts_config
    union all select 'pg_statistic_ext'::regclass, s.oid from pg_statistic_ext s join pg_class c on c.oid = s.stxrelid and c.relkind in ('r', 'p', 'f')
    union all select 'pg_foreign_data_wrapper'::regclass, oid from pg_foreign_data_wrapper
    union all select 'pg_foreign_server'::regclass, oid from pg_foreign_server
    union all select 'pg_event_trigger'::regclass, oid from pg_event_trigger
    union all select 'pg_publication'::regclass, oid from pg_publication) d
  where d.objid >= 16384 or d.objid = 'public'::regnamespace`;

const rights = `select json_build_object('catalog', a.classid::regclass::text, 'oid', a.objid::int8, 'type', i.type, 'identity', i.identity,
    'owner', pg_get_userbyid(w.owner), 'column', null, 'wanted', ${grantsJson("coalesce(w.acl, w.defaults)")}, 'present', ${grantsJson("w.defaults")}) as item
  from (${owned}) a, lateral ${ownedRow("a")} w, lateral pg_identify_object(a.classid, a.objid, 0) i
  union all
  select json_build_object('catalog', 'pg_class', 'oid', c.oid::int8, 'type', 'table', 'identity', i.identity, 'owner', pg_get_userbyid(c.relowner), 'column', t.attname,
    'wanted', ${grantsJson("t.attacl")}, 'present', json_build_array())
  from pg_attribute t join pg_class c on c.oid = t.attrelid, lateral pg_identify_object('pg_class'::regclass, c.oid, 0) i
  where t.attacl is not null and c.oid >= 16384 and c.relkind in ('r', 'p', 'f', 'S')`;

/** What stands inside a type is the type's. */
const comments = `select json_build_object('catalog', case when t.oid is not null then 'pg_type' else d.classoid::regclass::text end, 'oid', coalesce(t.oid, d.objoid)::int8, 'sub', d.objsubid, 'text', d.description,
    'type', i.type, 'identity', i.identity) as item
  from pg_description d
  left join pg_class c on d.classoid = 'pg_class'::regclass and c.oid = d.objoid and c.relkind = 'c'
  left join pg_constraint k on d.classoid = 'pg_constraint'::regclass and k.oid = d.objoid and k.contypid <> 0
  left join pg_type t on t.oid = coalesce(c.reltype, k.contypid), lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) i
  where d.objoid >= 16384 order by d.objsubid`;

interface CommentRow {
  readonly catalog: string;
  readonly oid: number;
  readonly sub: number;
  readonly text: string;
  readonly type: string;
  readonly identity: string;
}

/** What CREATE, ALTER and COMMENT call it. */
function nounOf(type: string): string {
  switch (type) {
    case "foreign-data wrapper":
      return "FOREIGN DATA WRAPPER";
    case "statistics object":
      return "STATISTICS";
    case "composite type":
      return "TYPE";
    case "table constraint":
      return "CONSTRAINT";
    default:
      return type.toUpperCase();
  }
}

function grantNounOf(type: string): string {
  switch (type) {
    case "foreign table":
      return "TABLE";
    case "foreign-data wrapper":
      return "FOREIGN DATA WRAPPER";
    case "server":
      return "FOREIGN SERVER";
    default:
      return nounOf(type);
  }
}

export interface Rights {
  /** Statements by the id of the row that they are about: owner, then privileges, then comments. */
  readonly of: ReadonlyMap<string, readonly string[]>;
}

/** In the caller's transaction. `role` owns what nobody says otherwise about. */
export async function readRights(database: Asking, role: string): Promise<Rights> {
  const [rows = [], texts = []] = await database.batch([rights, comments]);
  const found = new Map<string, string[]>();
  const add = (id: string, statements: readonly string[]) =>
    found.set(id, [...(found.get(id) ?? []), ...statements]);
  for (const { item } of rows) {
    const { catalog, oid, type, identity, owner, column, wanted, present } = item as RightsRow;
    const id = rowId(catalog, oid);
    if (column === null && owner !== role)
      add(id, [`ALTER ${nounOf(type)} ${identity} OWNER TO ${quoteIdentifier(owner)}`]);
    // Neither have privileges, nor is their list ever asked for.
    if (wanted === null || present === null) continue;
    add(id, aclStatements({ on: `${grantNounOf(type)} ${identity}`, column, owner }, wanted, present));
  }
  for (const { item } of texts) {
    const { catalog, oid, sub, text, type, identity } = item as CommentRow;
    const on =
      sub !== 0
        ? `COLUMN ${identity}`
        : type === "domain constraint"
          ? `CONSTRAINT ${identity.replace(" on ", " ON DOMAIN ")}`
          : `${nounOf(type)} ${identity}`;
    add(rowId(catalog, oid), [`COMMENT ON ${on} IS ${quoteLiteral(text)}`]);
  }
  return { of: found };
}

const privileges = `select json_build_object('role', pg_get_userbyid(d.defaclrole), 'schema', n.nspname, 'type', d.defaclobjtype,
    'wanted', ${grantsJson("d.defaclacl")},
    'present', case when d.defaclnamespace = 0 then ${grantsJson(`acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end::"char", d.defaclrole)`)} else '[]' end) as item
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace order by 1::text`;

const objectTypes: Readonly<Record<string, string>> = {
  r: "TABLES",
  S: "SEQUENCES",
  f: "FUNCTIONS",
  T: "TYPES",
  n: "SCHEMAS",
  L: "LARGE OBJECTS",
};

/** ALTER DEFAULT PRIVILEGES; for the end, so that they do not creep into what is made. */
export async function readDefaultPrivileges(database: Asking): Promise<readonly string[]> {
  const [rows = []] = await database.batch([privileges]);
  return rows.flatMap(({ item }) => {
    const { role, schema, type, wanted, present } = item as {
      readonly role: string;
      readonly schema: string | null;
      readonly type: string;
      readonly wanted: readonly Grant[];
      readonly present: readonly Grant[];
    };
    const place = schema === null ? "" : ` IN SCHEMA ${quoteIdentifier(schema)}`;
    const head = `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(role)}${place} `;
    const on = objectTypes[type] ?? type;
    return aclStatements({ on, column: null, owner: role }, wanted, present).map(
      (one) =>
        // The grantor of a default privilege is the role that it is for.
        `${head}${one.replace(/ CASCADE$/, "")}`,
    );
  });
}
