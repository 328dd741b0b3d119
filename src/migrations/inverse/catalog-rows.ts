/**
 * Queries that print statements from the catalog. Each is a SELECT of `object` and `step` (the order), `sql`, `loses`, `reason` and `acl`,
 * as `fromRows` reads them, over a row `o` whose `oid` is the object's.
 */
import { quoteLiteral } from "../../../graph/quote.ts";
import { grantsJson, ownedRow } from "./owned.ts";

export interface Printing {
  /** An expression of a statement's text; NULL for none. */
  readonly sql?: string;
  readonly loses?: string;
  readonly reason?: string;
  readonly acl?: string;
  /** More tables, and what they are joined on: `FROM … AS o` is there. */
  readonly join?: string;
  readonly where?: string;
}

export function printing(step: number, { sql, loses, reason, acl, join, where }: Printing): string {
  return `SELECT o.oid AS object, ${step} AS step, (${sql ?? "NULL"})::pg_catalog.text AS sql, (${loses ?? "NULL"})::pg_catalog.text AS loses, (${reason ?? "NULL"})::pg_catalog.text AS reason, (${acl ?? "NULL"})::pg_catalog.jsonb AS acl
FROM o ${join ?? ""}${where === undefined ? "" : `\nWHERE ${where}`}`;
}

/** All of them, for the object whose oid `find` gives; no rows where there is none. */
export function printed(find: string, queries: readonly string[]): string {
  return `WITH o AS (SELECT x.oid FROM (${find}) AS x WHERE x.oid IS NOT NULL)
SELECT p.* FROM (${queries.join("\nUNION ALL\n")}) AS p ORDER BY p.object, p.step, p.sql`;
}

/** The object's qualified name as statements take it. */
export function identityOf(catalog: string, oid = "o.oid"): string {
  return `(pg_catalog.pg_identify_object('pg_catalog.${catalog}'::pg_catalog.regclass, ${oid}, 0)).identity`;
}

export interface Attached {
  readonly catalog: string;
  /** Behind COMMENT ON and ALTER. */
  readonly noun: string;
  /** Behind ON in GRANT; null where the class has no privileges. */
  readonly grantNoun: string | null;
  /** False where ALTER … OWNER TO does not exist. */
  readonly owned: boolean;
}

/** Owner, privileges and comment of an object that is made anew by whoever runs the script. */
export function attachments({ catalog, noun, grantNoun, owned }: Attached): readonly string[] {
  const identity = identityOf(catalog);
  const address = `LATERAL (SELECT 'pg_catalog.${catalog}'::pg_catalog.regclass::pg_catalog.oid AS classid, o.oid AS objid) AS a`;
  const owner = `${address}, LATERAL ${ownedRow("a")} AS w`;
  return [
    commentRow(80, catalog, "o.oid", `${quoteLiteral(`${noun} `)} || ${identity}`),
    ...(owned
      ? [
          printing(90, {
            sql: `${quoteLiteral(`ALTER ${noun} `)} || ${identity} || ' OWNER TO ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(w.owner))`,
            join: `, ${owner}`,
            where: "pg_catalog.pg_get_userbyid(w.owner) <> current_user",
          }),
        ]
      : []),
    ...(grantNoun === null
      ? []
      : [
          printing(91, {
            acl: `pg_catalog.jsonb_build_object('on', ${quoteLiteral(`${grantNoun} `)} || ${identity}, 'column', NULL, 'owner', pg_catalog.pg_get_userbyid(w.owner),
  'wanted', ${grantsJson("COALESCE(w.acl, w.defaults)")}, 'present', ${presentGrants(identity.replace(").identity", ").schema"))})`,
            join: `, ${owner}`,
            where: "w.acl IS NOT NULL OR EXISTS (SELECT FROM pg_catalog.pg_default_acl)",
          }),
        ]),
  ];
}

/**
 * What an object of the class of `w` begins with, made by the current user in the schema and then given to `w.owner`: default
 * privileges, or the built-in ones. `schema` is an expression of its quoted name. https://www.postgresql.org/docs/18/catalog-pg-default-acl.html
 */
function presentGrants(schema: string): string {
  const letter = `CASE w.letter WHEN 's' THEN 'S' ELSE w.letter END`;
  const maker = "(SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user)";
  const entry = (namespace: string) =>
    `(SELECT d.defaclacl FROM pg_catalog.pg_default_acl AS d WHERE d.defaclrole = ${maker} AND d.defaclobjtype = ${letter} AND d.defaclnamespace = ${namespace})`;
  const acl = `COALESCE(${entry("0")}, pg_catalog.acldefault(w.letter, ${maker})) || COALESCE(${entry(`pg_catalog.to_regnamespace(${schema})`)}, '{}'::pg_catalog.aclitem[])`;
  const moved = (role: string) => `CASE WHEN ${role} = ${maker} THEN w.owner ELSE ${role} END`;
  return `(SELECT COALESCE(pg_catalog.jsonb_agg(DISTINCT pg_catalog.jsonb_build_object(
  'grantor', pg_catalog.pg_get_userbyid(${moved("g.grantor")}),
  'grantee', CASE WHEN g.grantee <> 0 THEN pg_catalog.pg_get_userbyid(${moved("g.grantee")}) END,
  'privilege', g.privilege_type, 'grantable', g.is_grantable)), '[]'::pg_catalog.jsonb)
FROM pg_catalog.aclexplode(${acl}) AS g)`;
}

/** `on` is an expression: `TABLE public.t`. */
export function commentRow(step: number, catalog: string, oid: string, on: string, join = ""): string {
  return printing(step, {
    sql: `'COMMENT ON ' || ${on} || ' IS ' || pg_catalog.quote_literal(c.description)`,
    join: `${join} JOIN pg_catalog.pg_description AS c ON c.classoid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND c.objoid = ${oid} AND c.objsubid = 0`,
  });
}

/** Storage parameters and the like, `{a=1,b=x}`, as they stand behind WITH; empty where there are none. */
export function withOptions(options: string): string {
  return `COALESCE((SELECT ' WITH (' || pg_catalog.string_agg(pg_catalog.split_part(x, '=', 1) || ' = ' || pg_catalog.quote_literal(pg_catalog.substr(x, pg_catalog.strpos(x, '=') + 1)), ', ' ORDER BY x) || ')' FROM pg_catalog.unnest(${options}) AS x), '')`;
}

/** The word for the state of a trigger or rule; NULL for the usual one. */
export function enabledWord(letter: string): string {
  return `CASE ${letter} WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END`;
}
