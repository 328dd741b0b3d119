/** What the catalogs say that the proof's snapshot leaves out: types' values, sequences, casts, roles, foreign data, text search. */
import type { Database, Row } from "../database/database.ts";

const own = "oid >= 16384";

const queries = (roles: string): Readonly<Record<string, string>> => ({
  enum: "select enumtypid::regtype, enumlabel, rank() over (partition by enumtypid order by enumsortorder) from pg_enum where enumtypid >= 16384",
  range:
    "select rngtypid::regtype, rngsubtype::regtype, rngmultitypid::regtype, rngcollation, rngsubopc, rngcanonical, rngsubdiff from pg_range where rngtypid >= 16384",
  sequence: `select seqrelid::regclass, to_jsonb(r) - 'seqrelid' from pg_sequence r`,
  reached: "select schemaname, sequencename, last_value from pg_sequences",
  cast: `select castsource::regtype, casttarget::regtype, castfunc::regprocedure, castcontext, castmethod from pg_cast where ${own}`,
  operator: `select oid::regoperator, oprcode, oprcom::regoperator as commutator, oprnegate::regoperator as negator, oprowner from pg_operator where ${own}`,
  opclass: `select opcname, opcnamespace::regnamespace, opcintype::regtype, opcdefault, opcowner from pg_opclass where ${own}`,
  opfamily: `select opfname, opfnamespace::regnamespace, opfowner from pg_opfamily where ${own}`,
  amop: `select i.identity from pg_amop r, pg_identify_object('pg_amop'::regclass, r.oid, 0) i where r.${own}`,
  amproc: `select i.identity, r.amproc::regprocedure from pg_amproc r, pg_identify_object('pg_amproc'::regclass, r.oid, 0) i where r.${own}`,
  collation: `select collname, collnamespace::regnamespace, collowner, collprovider, collisdeterministic from pg_collation where ${own}`,
  conversion: `select conname, connamespace::regnamespace, conowner from pg_conversion where ${own}`,
  wrapper: `select fdwname, fdwowner::regrole, fdwhandler::regproc, fdwvalidator::regproc, fdwoptions, coalesce(fdwacl, acldefault('F', fdwowner)) from pg_foreign_data_wrapper where ${own}`,
  server: `select srvname, srvowner, srvversion, srvoptions, coalesce(srvacl, acldefault('S', srvowner)) from pg_foreign_server where ${own}`,
  mapping: "select srvname, usename, umoptions from pg_user_mappings",
  "foreign table": "select ftrelid::regclass, ftoptions from pg_foreign_table",
  role: `select to_jsonb(r) - 'oid' || jsonb_build_object('rolvaliduntil', coalesce(rolvaliduntil, 'infinity')) as role from pg_roles r where rolname ${roles}`,
  member: `select roleid::regrole, member::regrole, grantor::regrole, to_jsonb(r) - 'oid' - 'roleid' - 'member' - 'grantor' from pg_auth_members r where pg_get_userbyid(member) ${roles} and (roleid < 16384 or pg_get_userbyid(roleid) ${roles})`,
  setting: `select setrole::regrole, setdatabase <> 0 as here, setconfig from pg_db_role_setting where setdatabase in (0, (select oid from pg_database where datname = current_database())) and (setrole = 0 or pg_get_userbyid(setrole) ${roles})`,
  "configuration of text search": `select c.cfgname, c.cfgnamespace::regnamespace, c.cfgowner, m.maptokentype, m.mapseqno, m.mapdict::regdictionary from pg_ts_config c left join pg_ts_config_map m on m.mapcfg = c.oid where c.${own}`,
  dictionary: `select dictname, dictnamespace::regnamespace, dictowner, dictinitoption from pg_ts_dict where ${own}`,
  parser: `select prsname, prsnamespace::regnamespace from pg_ts_parser where ${own}`,
  template: `select tmplname, tmplnamespace::regnamespace from pg_ts_template where ${own}`,
  language: `select lanname, lanowner from pg_language where ${own}`,
  "access method": `select amname, amhandler, amtype from pg_am where ${own}`,
  extension: `select extname, extversion, extnamespace::regnamespace, extowner from pg_extension`,
  publication: `select to_jsonb(r) - 'oid' from pg_publication r`,
  subscription: "select subname, subenabled, subpublications from pg_subscription",
  transform: `select trftype::regtype, trflang, trffromsql::regprocedure, trftosql::regprocedure from pg_transform where ${own}`,
  inherits: "select inhrelid::regclass, inhparent::regclass, inhseqno from pg_inherits",
  partitioned: "select partrelid::regclass, pg_get_partkeydef(partrelid) from pg_partitioned_table",
});

/**
 * One line a row, sorted, each with its catalog's name. `roles` is the condition on the names of those that count; all roles of a
 * server are in every database.
 */
export async function otherCatalogs(database: Database, roles: string): Promise<readonly string[]> {
  const asked = queries(roles);
  const names = Object.keys(asked);
  const answers = await database.batch(
    names.map((name) => `select row_to_json(x)::text as line from (${asked[name]}) as x order by 1`),
  );
  return names.flatMap((name, i) => (answers[i] ?? []).map((row: Row) => `${name}: ${String(row.line)}`));
}
